import assert from "node:assert/strict";
import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
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

/** The anchors of a page's headings. */
function anchors(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("the pages", () => {
  for (const page of pages) {
    it(`${page} names only scripts that exist`, async () => {
      const named = [
        ...(await readPage(page)).matchAll(/npm (?:run (?:--silent )?([a-z:-]+[a-z])|(start|test)\b)/g),
      ];
      const missing = named
        .map(([, run, short]) => run ?? short ?? "")
        .filter((name) => !Object.hasOwn(packageJson.scripts, name));
      assert.deepEqual(missing, []);
    });

    it(`${page} gives cdk the settings of the deployment, without which synthesis stops`, async () => {
      const commands = [
        ...(await readPage(page)).matchAll(/^ *(?:- run: )?npx cdk (?:deploy|destroy)\b.*$/gm),
      ];
      const bare = commands
        .map(([line]) => line)
        .filter((line) => !/ -c (?:instanceArns|config)=/.test(line));
      assert.deepEqual(bare, []);
    });

    it(`${page} links only to files and headings that exist`, async () => {
      const links = (await readPage(page)).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g);
      for (const [, link = "", heading] of links) {
        const linked = link === "" ? page : join(dirname(page), link);
        await access(join(root, linked));
        if (heading) assert.ok(anchors(await readPage(linked)).includes(heading), `${linked}#${heading}`);
      }
    });

    it(`${page} names only files that exist`, async () => {
      const named = (await readPage(page)).matchAll(/`((?:[a-z-]+\/)+[\w.-]+\.(?:ts|mjs|json|md|grit))`/g);
      const missing: string[] = [];
      for (const [, file = ""] of named) {
        const places = [file, join("simulation", file)].map((place) => access(join(root, place)));
        await Promise.any(places).catch(() => missing.push(file));
      }
      assert.deepEqual(missing, []);
    });

    // The generator writes a line per prop.
    if (page === "docs/construct.md") continue;
    it(`${page} wraps its prose at 100 columns`, async () => {
      const prose = (await readPage(page)).replaceAll(
        /^ *```[\s\S]*?^ *```$|^<!-- transcript[\s\S]*?^<!-- end/gm,
        "",
      );
      const long = prose
        .split("\n")
        .filter((line) => line.length > 100 && !/^(?:\|| {4}|!\[|<!--)/.test(line));
      assert.deepEqual(long, [], "wrap these lines at 100 columns");
    });
  }
});

describe("the README", () => {
  it("shows an outcome that matches its schema", async () => {
    const [, text = ""] = /```json\n([\s\S]*?)```/.exec(await readPage("README.md")) ?? [];
    const { "detail-type": detailType, ...event } = JSON.parse(text);
    assertOutcome({ detailType, ...event });
  });
});

describe("the decisions", () => {
  it("name each library with its version, and no other", async () => {
    const rows = (await readPage("docs/decisions.md")).matchAll(/^\| `([^`]+)` (\d\S+) \|/gm);
    assert.deepEqual(Object.fromEntries([...rows].map(([, name, version]) => [name, version])), {
      ...packageJson.dependencies,
      ...packageJson.devDependencies,
      "cdk-nag-2": packageJson.devDependencies["cdk-nag-2"].replace("npm:cdk-nag@", ""),
    });
  });
});
