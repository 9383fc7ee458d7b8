import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { generateConstructDocs } from "./construct-page.ts";

describe("docs/construct.md", async () => {
  const page = await generateConstructDocs();

  it("has a description, a type, and a default or Required for every prop", () => {
    const props = page.slice(page.indexOf("## Props"), page.indexOf("## Attributes")).split(/\n(?=### )/);
    assert.ok(props.length > 20, "all props are found");
    for (const prop of props.slice(1)) {
      assert.match(prop, /^### `\w+`\n\n\S.*[\s\S]*- Type: `[^`]+`[\s\S]*- (Default: \S|Required)/);
    }
  });

  it("leaves no member out, the last of an interface included", () => {
    for (const last of ["code", "queuePrincipalArns", "eventBus", "metadata"]) {
      assert.match(page, new RegExp(`^####? \`${last}\`$`, "m"));
    }
  });
});
