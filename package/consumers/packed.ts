/** The package as `npm pack` in a clone makes it, and folders outside of the project that use it. */
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const project = fileURLToPath(new URL("../..", import.meta.url));
const consumers = fileURLToPath(new URL(".", import.meta.url));

/** A module of the project, or one that only the consumers have. */
export const ofProject = (name: string) => join(project, "node_modules", name);
export const ofConsumers = (name: string) => join(consumers, "node_modules", name);

/** The Node versions that the package is for. */
export const nodes: readonly (readonly [name: string, path: string])[] = [
  ["Node 22", ofConsumers("node-22/bin/node")],
  ["Node 24", process.execPath],
];

export interface Packed extends AsyncDisposable {
  /** Holds everything; removed in the end. */
  readonly folder: string;
  readonly clone: string;
  readonly tarball: string;
  /** What npm printed. */
  readonly noted: string;
}

/** Packs a copy of the project, in which an operator has worked. */
export async function packClone(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), "contact-transfer-package-"));
  const clone = join(folder, "clone");
  await cp(project, clone, { recursive: true, filter: (path) => !isLeftOut(relative(project, path)) });
  await symlink(join(project, "node_modules"), join(clone, "node_modules"));
  for (const name of ["dlq-audit.jsonl", "discarded-2026-11-25T19-29-34-082Z.jsonl", "events/export.jsonl"])
    await writeFile(join(clone, name), '{"body":"of a customer"}\n');
  const { stderr } = await promisify(execFile)("npm", ["pack", "--pack-destination", folder], { cwd: clone });
  const { name, version } = JSON.parse(await readFile(join(clone, "package.json"), "utf8"));
  return {
    folder,
    clone,
    tarball: join(folder, `${name}-${version}.tgz`),
    noted: stderr,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

function isLeftOut(path: string): boolean {
  return /(?:^|[\\/])(?:node_modules|dist|cdk\.out|\.git)(?:[\\/]|$)/.test(path);
}

/** A folder outside of the project with the package, the files of a fixture, and modules by the names under which they are imported. */
export async function makeApp(
  { folder, tarball }: Packed,
  name: string,
  fixture: string | undefined,
  modules: Readonly<Record<string, string>>,
): Promise<string> {
  const app = join(folder, name);
  await mkdir(join(app, "node_modules", "contact-transfer"), { recursive: true });
  await promisify(execFile)("tar", [
    ...["xzf", tarball, "--strip-components=1"],
    ...["-C", join(app, "node_modules", "contact-transfer")],
  ]);
  if (fixture !== undefined) await cp(join(consumers, "apps", fixture), app, { recursive: true });
  for (const [module, path] of Object.entries(modules)) await linkModule(app, module, path);
  return app;
}

export async function linkModule(app: string, module: string, path: string): Promise<void> {
  const link = join(app, "node_modules", module);
  await mkdir(dirname(link), { recursive: true });
  await symlink(path, link);
}

/** Runs a program; resolves with how it ended, whatever that is. */
export async function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = {},
) {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...inherited } = process.env;
  const child = spawn(file, args, { cwd, env: { ...inherited, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const exit = new Promise<number | null>((resolve, reject) =>
    child.once("close", resolve).once("error", reject),
  );
  const [code, printed, noted] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
  return { code, printed, noted };
}
