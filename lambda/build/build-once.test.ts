import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { buildFunction } from "./build.ts";
import { buildOnce } from "./build-once.ts";

describe("a build that is made once", () => {
  let folder: string;
  let memory: string;
  let built: Record<string, string>;
  let remembered: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "build-once-"));
    memory = join(folder, "cache/function.json");
    await buildFunction(join(folder, "fresh"));
    built = await filesIn(join(folder, "fresh"));
    assert.deepEqual(await buildAgain(), built);
    remembered = await readFile(memory, "utf8");
  });
  after(() => rm(folder, { recursive: true }));

  async function buildAgain(): Promise<Record<string, string>> {
    return filesIn((await buildOnce(join(folder, "built"), memory)).outDir);
  }

  it("is written again from what is remembered, and nothing else stays in the folder", async () => {
    await writeFile(memory, remembered.replace(/"index\.mjs","/, "$&// remembered\\n"));
    await writeFile(join(folder, "built/left-over.mjs"), "");
    const again = await buildAgain();
    assert.deepEqual(again, { ...built, "index.mjs": `// remembered\n${built["index.mjs"]}` });
  });

  it("is made anew if a file that it was made of, or how it is made, has changed", async () => {
    const { sources } = JSON.parse(remembered);
    for (const source of [
      "lambda/handler.ts",
      "lambda/build/compile-eagerly.ts",
      "package-lock.json",
      "package.json",
      "tsconfig.json",
      "node_modules/@aws-sdk/client-sqs/dist-es/SQSClient.js",
      "node_modules/@smithy/core/package.json",
    ])
      assert.match(sources[source], /^[0-9a-f]{64}$/);
    const changed = { ...sources, "lambda/handler.ts": "another hash" };
    await writeFile(memory, JSON.stringify({ sources: changed, files: [["index.mjs", "stale"]] }));
    assert.deepEqual(await buildAgain(), built);
    assert.equal(await readFile(memory, "utf8"), remembered);
  });

  it("is made anew if the memory is cut off", async () => {
    await writeFile(memory, remembered.slice(0, -100));
    assert.deepEqual(await buildAgain(), built);
  });

  it("is made each time if nothing can be remembered", async () => {
    await writeFile(join(folder, "file"), "");
    const { outDir } = await buildOnce(join(folder, "built"), join(folder, "file/function.json"));
    assert.deepEqual(await filesIn(outDir), built);
  });
});

async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const texts = files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, "utf8")]);
  return Object.fromEntries(await Promise.all(texts));
}
