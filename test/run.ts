/**
 * Runs the project's tests: `npm test`, and `npm run coverage`, which counts the lines that they run and takes half as long again.
 * `npm test -- lambda infra/routes` runs those whose path begins so.
 */
import { glob } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import specWithSlowest from "./spec-with-slowest.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Run first, so that none of them is left to run alone at the end. The reporter names the slowest. */
const longest = [
  "local/start.test.ts",
  "operate/operate.test.ts",
  "operate/interrupt-changes.test.ts",
  "simulation/simulation.test.ts",
  "operate/replay/kill.test.ts",
  "console/console.test.ts",
  "console/browser/end-to-end.test.ts",
  "docs/make/pages-run.test.ts",
  "cli/main.test.ts",
  "infra/synthesize.test.ts",
];

const usage = "Usage: npm test -- [PATH...] [--coverage]";

async function testFiles(): Promise<string[]> {
  const files: string[] = [];
  for await (const path of glob("*/**/*.test.ts", { cwd: root, exclude: isElsewhere }))
    files.push(withSlashes(path));
  const order = (file: string) => (longest.includes(file) ? longest.indexOf(file) : longest.length);
  return files.sort().sort((one, other) => order(one) - order(other));
}

/** As the names of the test files are written: a path may be absolute, or begin with a dot. */
function startOf(path: string): string {
  return withSlashes(relative(root, resolve(root, path)));
}

function withSlashes(path: string): string {
  return path.replaceAll("\\", "/");
}

/** Packages, what is built, and the tests of the package, which install it: `npm run test:package`. */
function isElsewhere(path: string): boolean {
  return ["node_modules", "dist", "cdk.out", "package/consumers"].includes(withSlashes(path));
}

const { values, positionals } = readArguments();
const all = await testFiles();
const isNamed = (path: string) => (file: string) => file.startsWith(startOf(path));
const unknown = positionals.filter((path) => !all.some(isNamed(path)));
if (unknown.length > 0) {
  process.stderr.write(`No test file's path begins with ${unknown.join(" or ")}.\n`);
  process.exit(2);
}
const files =
  positionals.length === 0 ? all : all.filter((file) => positionals.some((path) => isNamed(path)(file)));
// A runner that a signal ends would leave its tests running.
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => interrupted.abort());
const events = run({
  files,
  cwd: root,
  concurrency: 3,
  coverage: values.coverage,
  signal: interrupted.signal,
});
events.on("test:summary", ({ file, success }) => {
  if (file === undefined && !success) process.exitCode = 1;
});
events.compose(specWithSlowest).pipe(process.stdout);

function readArguments() {
  try {
    return parseArgs({ options: { coverage: { type: "boolean", default: false } }, allowPositionals: true });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}\n`);
    process.exit(2);
  }
}
