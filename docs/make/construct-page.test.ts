import assert from "node:assert/strict";
import { test } from "node:test";
import { generateConstructDocs } from "./construct-page.ts";

test("every prop has words, a type and either a default or the word required", async () => {
  const page = await generateConstructDocs();
  const props = page.slice(page.indexOf("## Props"), page.indexOf("## Attributes")).split(/\n(?=### )/);
  assert.ok(props.length > 20, "all props are found");
  for (const prop of props.slice(1)) {
    assert.match(prop, /^### `\w+`\n\n\S.*[\s\S]*- Type: `[^`]+`[\s\S]*- (Default: \S|Required)/);
  }
});

test("a member is told in its own words, not in those of the code before it", async () => {
  assert.doesNotMatch(await generateConstructDocs(), /\*\/|readonly /);
});
