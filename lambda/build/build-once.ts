import { hash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { threadId } from "node:worker_threads";
import type { Metafile } from "esbuild";
import { bundleFunction, type FunctionFiles, writeFunction } from "./build.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The build that was made last, beside the packages that it was made of. */
const defaultMemory = join(root, "node_modules/.cache/contact-transfer/function.json");

interface Remembered {
  /** What decides on the build: the files that it bundles, how it bundles, and the packages. Relative to the project. */
  readonly sources: Readonly<Record<string, string>>;
  readonly files: FunctionFiles["files"];
}

/**
 * Writes the function into `outDir` as `buildFunction` does. A local run and the tests do so many times: as long as no file that
 * decides on the build has changed, they get the last build. What is deployed is always built.
 */
export async function buildOnce(
  outDir: string,
  memory = defaultMemory,
): Promise<{ readonly outDir: string }> {
  const files = (await readRemembered(memory)) ?? (await buildAndRemember(memory));
  await writeFunction(files, outDir);
  return { outDir };
}

async function readRemembered(memory: string): Promise<FunctionFiles["files"] | undefined> {
  try {
    const { sources, files }: Remembered = JSON.parse(await readFile(memory, "utf8"));
    return Object.entries(sources).every(([file, known]) => hashOf(file) === known) ? files : undefined;
  } catch {
    return undefined; // nothing has been built yet, a source is gone, or the file is not whole
  }
}

async function buildAndRemember(memory: string): Promise<FunctionFiles["files"]> {
  const startedAt = Date.now();
  const { files, metafiles } = await bundleFunction();
  try {
    const sources = sourcesOf(metafiles);
    // A file that is changed meanwhile may have been read before the change. A file that is moved keeps the time of its text.
    if (sources.some((file) => statSync(join(root, file)).ctimeMs >= startedAt)) return files;
    const remembered = { sources: Object.fromEntries(sources.map((file) => [file, hashOf(file)])), files };
    await mkdir(dirname(memory), { recursive: true });
    const whole = `${memory}.${process.pid}.${threadId}`;
    await writeFile(whole, JSON.stringify(remembered satisfies Remembered));
    await rename(whole, memory);
  } catch {
    // A folder that cannot be written costs the next build its time, and nothing else.
  }
  return files;
}

function sourcesOf(metafiles: readonly Metafile[]): string[] {
  const recipe = readdirSync(join(root, "lambda/build")).filter((name) => /(?<!\.test)\.ts$/.test(name));
  // A name with a colon is a module that a plugin makes up.
  const bundled = metafiles.flatMap(({ inputs }) =>
    Object.keys(inputs).filter((name) => !name.includes(":")),
  );
  return [
    "package-lock.json",
    ...recipe.map((name) => `lambda/build/${name}`),
    // esbuild reads them too, and does not name them.
    "tsconfig.json",
    ...new Set(["", ...bundled.map(packageOf)].map((folder) => `${folder}package.json`)),
    ...bundled,
  ];
}

/** The folder of the package that a file belongs to; "" for the project's own. */
function packageOf(file: string): string {
  return /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+\//.exec(file)?.[0] ?? "";
}

function hashOf(file: string): string {
  return hash("sha256", readFileSync(join(root, file)));
}
