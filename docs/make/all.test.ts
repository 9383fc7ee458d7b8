import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { makePages, pageUrl } from "./all.ts";

describe("the generated pages and parts", async () => {
  for (const [page, text] of Object.entries(await makePages())) {
    it(`${page} is up to date: run \`npm run docs\` after a change`, async () => {
      assert.equal(await readFile(pageUrl(page), "utf8"), text);
    });
  }
});
