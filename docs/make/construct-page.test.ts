import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
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

  for (const [file, type] of [
    ["infra/contact-transfer-props.ts", "ContactTransferProps"],
    ["infra/contact-transfer-props.ts", "Producer"],
    ["infra/routes/route.ts", "RouteProps"],
    ["infra/routes/route.ts", "RouteIntent"],
  ] as const) {
    it(`has every member of ${type}, the last one included`, async () => {
      const source = await readFile(new URL(`../../${file}`, import.meta.url), "utf8");
      const [, body = ""] = new RegExp(`export interface ${type} \\{\n([\\s\\S]*?)\n\\}`).exec(source) ?? [];
      const members = Array.from(body.matchAll(/^ {2}readonly (\w+)\??:/gm), ([, name]) => name);
      assert.ok(members.length > 1);
      for (const name of members) assert.match(page, new RegExp(`^####? \`${name}\`$`, "m"));
    });
  }

  it("has every public attribute and method of the construct", async () => {
    const source = await readFile(new URL("../../infra/contact-transfer.ts", import.meta.url), "utf8");
    const members = Array.from(source.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm), ([, name]) => name);
    const shown = members.filter((name) => name !== "constructor");
    assert.ok(shown.length > 20);
    for (const name of shown) assert.match(page, new RegExp(`^- \`${name}[:(]`, "m"));
  });
});
