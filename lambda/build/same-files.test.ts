import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildFunction } from "./build.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** Every file of a folder, by name. */
async function filesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(
    paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, "utf8")] as const),
  );
  return Object.fromEntries(texts);
}

describe("the function's files, and so the hash of its asset, are the same", () => {
  let folder: string;
  let built: Readonly<Record<string, string>>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "same-files-"));
    built = await filesIn((await buildFunction(join(folder, "default"))).outDir);
  });
  after(() => rm(folder, { recursive: true }));

  it("for every folder that they are written to", async () => {
    const { outDir } = await buildFunction(join(folder, "a", "deeper", "folder"));
    assert.deepEqual(await filesIn(outDir), built);
  });

  it("in another checkout, with its packages in a folder above it", async () => {
    const checkout = join(folder, "apps", "checkout");
    await mkdir(checkout, { recursive: true });
    for (const name of ["events", "lambda", "package.json", "tsconfig.json"])
      await cp(join(project, name), join(checkout, name), { recursive: true });
    await symlink(join(project, "node_modules"), join(folder, "node_modules"));
    const outDir = join(folder, "elsewhere");
    await promisify(execFile)(process.execPath, ["lambda/build/build.ts", outDir], { cwd: checkout });
    assert.deepEqual(await filesIn(outDir), built);
  });

  it("and their source maps lead neither out of the project nor to this machine", () => {
    const maps = Object.entries(built).filter(([name]) => name.endsWith(".map"));
    const sources = maps.flatMap(([, text]) => (JSON.parse(text) as { sources: string[] }).sources);
    assert.ok(sources.includes("../../lambda/handler.ts"));
    assert.deepEqual(
      sources.filter(
        (source) => !/^(\.\.\/\.\.\/(events|lambda|node_modules)\/(?!.*\.\.)|lazy-builtins:)/.test(source),
      ),
      [],
    );
  });
});
