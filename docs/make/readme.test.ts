import assert from "node:assert/strict";
import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { settings } from "../../infra/context/read-context.ts";
import packageJson from "../../package.json" with { type: "json" };
import { assertOutcome } from "../../test/assert-outcome.ts";

const root = join(import.meta.dirname, "../..");
const docs = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md"));
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  ...docs.map((name) => `docs/${name}`),
];

function readPage(page: string): Promise<string> {
  return readFile(join(root, page), "utf8");
}

/** The first cells of the table whose header starts with `header`, without their marks. */
function firstColumn(page: string, header: string): string[] {
  const rows = page.split("\n");
  const start = rows.findIndex((row) => row.startsWith(`| ${header} |`));
  const end = rows.findIndex((row, index) => index > start && !row.startsWith("|"));
  assert.ok(start >= 0, `no table ${header}`);
  return rows.slice(start + 2, end).flatMap((row) =>
    (row.split("|")[1] ?? "")
      .trim()
      .split(", ")
      .map((cell) => cell.replaceAll("`", "")),
  );
}

describe("the pages", () => {
  for (const page of pages) {
    it(`${page} names only scripts that are there`, async () => {
      const named = [
        ...(await readPage(page)).matchAll(/npm (?:run (?:--silent )?([a-z:-]+[a-z])|(start|test)\b)/g),
      ];
      const missing = named
        .map(([, run, short]) => run ?? short ?? "")
        .filter((name) => !Object.hasOwn(packageJson.scripts, name));
      assert.deepEqual(missing, []);
    });

    it(`${page} links only to files that are there`, async () => {
      const links = [...(await readPage(page)).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)];
      for (const [, link = ""] of links) await access(join(root, dirname(page), link));
    });
  }
});

describe("the README", () => {
  it("has every setting in its table, and no other", async () => {
    const named = firstColumn(await readPage("README.md"), "setting");
    assert.deepEqual(named.toSorted(), [...settings].toSorted());
  });

  it("shows an outcome that keeps its schema", async () => {
    const [, text = ""] = /```json\n([\s\S]*?)```/.exec(await readPage("README.md")) ?? [];
    const { "detail-type": detailType, ...event } = JSON.parse(text);
    assertOutcome({ detailType, ...event });
  });
});
