import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { generateConstructDocs } from "./construct-page.ts";

describe("the page on the construct", () => {
  it("has a description, a type, and a default or Required for every prop", async () => {
    const page = await generateConstructDocs();
    const props = page.slice(page.indexOf("## Props"), page.indexOf("## Attributes")).split(/\n(?=### )/);
    assert.ok(props.length > 20, "all props are found");
    for (const prop of props.slice(1)) {
      assert.match(prop, /^### `\w+`\n\n\S.*[\s\S]*- Type: `[^`]+`[\s\S]*- (Default: \S|Required)/);
    }
  });

  it("contains no leftovers of the source", async () => {
    assert.doesNotMatch(await generateConstructDocs(), /\*\/|readonly /);
  });
});
