import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { replaceModule } from "./drop-unused-sdk.ts";

const file = "@smithy/core/some.js";
const original = "export const Used = 1;\nexport async function other() {}\nexport class Third {}\n";

describe("what stands in the place of a file of the SDK", () => {
  it("has its exports, and each throws where it is used", async () => {
    const module = await load(replaceModule({ file, name: "Used", reason: "" }, original));
    assert.deepEqual(Object.keys(module).toSorted(), ["Third", "Used", "other"]);
    for (const [name, value] of Object.entries(module)) {
      const message = `${name} is not in the function's bundle.`;
      assert.throws(() => (value as () => void)(), { message });
      assert.throws(() => new (value as new () => unknown)(), { message });
    }
  });

  it("has what is given replacement, made from the file", async () => {
    const replacement = (source: string) => `export const Used = ${source.length};`;
    const module = await load(replaceModule({ file, name: "Used", reason: "", replacement }, original));
    assert.equal(module.Used, original.length);
    assert.throws(module.other as () => void);
  });

  it("is none where the file does not have what is left out: the build ends", () => {
    assert.throws(() => replaceModule({ file, name: "Gone", reason: "" }, original), {
      message: /^The AWS SDK is not written as expected: @smithy\/core\/some\.js does not export Gone\./,
    });
  });
});

async function load(source: string): Promise<Record<string, unknown>> {
  return import(`data:text/javascript,${encodeURIComponent(source)}`);
}
