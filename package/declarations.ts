/** The types of the package, as declaration files: once for ES modules and once for CommonJS. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const project = fileURLToPath(new URL("..", import.meta.url));
const entryPoints = ["package/construct", "package/events"];
/** An import of another declaration; the sources name the file with its `.ts`. */
const relativeImport = /(["'])(\.{1,2}\/[^"']+)\.ts\1/g;

/** Writes the declarations that the entry points need into `dist/esm/types` and `dist/cjs/types`, and which form they are of. */
export async function writeDeclarations(dist: string): Promise<void> {
  const declarations = await declare();
  for (const [form, type] of [
    ["esm", "module"],
    ["cjs", "commonjs"],
  ] as const) {
    await writeNew(join(dist, form, "package.json"), JSON.stringify({ type }));
    for (const [name, text] of declarations) await writeNew(join(dist, form, "types", `${name}.d.ts`), text);
  }
}

/** The text of each declaration by its source, without `.ts`. */
async function declare(): Promise<ReadonlyMap<string, string>> {
  const emitted = await mkdtemp(join(tmpdir(), "declarations-"));
  try {
    const tsc = join(project, "node_modules", "typescript", "bin", "tsc");
    const args = [tsc, "-p", join(project, "package", "tsconfig.declarations.json"), "--outDir", emitted];
    await promisify(execFile)(process.execPath, args);
    const declarations = new Map<string, string>();
    const open = [...entryPoints];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (declarations.has(name)) continue;
      const text = await readFile(join(emitted, `${name}.d.ts`), "utf8");
      declarations.set(name, text.replace(relativeImport, "$1$2.js$1"));
      for (const [, , path = ""] of text.matchAll(relativeImport))
        open.push(normalize(join(dirname(name), path)));
    }
    return declarations;
  } finally {
    await rm(emitted, { recursive: true });
  }
}

async function writeNew(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
