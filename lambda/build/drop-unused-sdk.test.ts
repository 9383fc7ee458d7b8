import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { replace } from "./drop-unused-sdk.ts";

const file = "@smithy/core/some.js";
const original = "export const Used = 1;\nexport async function other() {}\nexport class Third {}\n";

describe("what stands in the place of a file of the SDK", () => {
  it("has its exports, and each throws where it is used", async () => {
    const module = await load(replace({ file, name: "Used", because: "" }, original));
    assert.deepEqual(Object.keys(module).toSorted(), ["Third", "Used", "other"]);
    for (const [name, value] of Object.entries(module)) {
      const message = `${name} is not in the function's bundle.`;
      assert.throws(() => (value as () => void)(), { message });
      assert.throws(() => new (value as new () => unknown)(), { message });
    }
  });

  it("has what is given instead, made from the file", async () => {
    const instead = (source: string) => `export const Used = ${source.length};`;
    const module = await load(replace({ file, name: "Used", because: "", instead }, original));
    assert.equal(module.Used, original.length);
    assert.throws(module.other as () => void);
  });

  it("is none where the file does not have what is left out: the build ends", () => {
    assert.throws(() => replace({ file, name: "Gone", because: "" }, original), {
      message: /^The AWS SDK is not written as expected: @smithy\/core\/some\.js does not export Gone\./,
    });
  });
});

async function load(source: string): Promise<Record<string, unknown>> {
  return import(`data:text/javascript,${encodeURIComponent(source)}`);
}
