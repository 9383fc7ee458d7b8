/**
 * Runs the project's tests: `npm test`, and `npm run coverage`, which counts the lines that they run and takes half as long again.
 * `npm test -- lambda infra/routes` runs those whose path begins so.
 */
import { glob, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { planProcesses } from "./plan-processes.ts";
import { specWithSlowest } from "./spec-with-slowest.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Run first, so that none of them is left to run alone at the end, and in processes of their own. The reporter names the slowest.
 * Those that mostly wait are between those that compute, and never two browsers side by side.
 */
const longest = [
  "local/start.test.ts",
  "operate/operate.test.ts",
  "operate/replay/kill.test.ts",
  "console/console.test.ts",
  "simulation/simulation.test.ts",
  "lambda/fairness.test.ts",
  "console/browser/end-to-end.test.ts",
  "simulation/mutation/judge-file.test.ts",
  "docs/make/pages-run.test.ts",
  "operate/interrupt.test.ts",
  "operate/commands/dlq/replay-many.test.ts",
  "infra/synthesize.test.ts",
  "cli/main.test.ts",
  "console/browser/page.test.ts",
  "simulation/run/exhaustive.test.ts",
  "infra/compliance/nag.test.ts",
  "operate/interrupt-changes.test.ts",
  "lambda/outages.test.ts",
  "lambda/build/build.test.ts",
  "lambda/build/build-once.test.ts",
  "lambda/resolve-unknown.test.ts",
];

const usage = "Usage: npm test -- [PATH...] [--coverage]";

async function testFiles(): Promise<string[]> {
  const files: string[] = [];
  for await (const path of glob("*/**/*.test.ts", { cwd: root, exclude: isElsewhere }))
    files.push(withSlashes(path));
  return files.sort();
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
const folder = await mkdtemp(join(tmpdir(), "npm-test-"));
const processes = await planProcesses({ root, files, longest, folder });
const events = run({
  files: [...processes.keys()],
  cwd: root,
  concurrency: 3,
  coverage: values.coverage,
  signal: interrupted.signal,
});
// A file that shares a process is a suite: one that ends the process takes the others with it.
const notRun = new Set([...processes.values()].filter((inside) => inside.length > 1).flat());
for (const end of ["test:pass", "test:fail"] as const) events.on(end, ({ name }) => notRun.delete(name));
events.on("test:summary", ({ file, success }) => {
  if (file !== undefined) return;
  if (!success) process.exitCode = 1;
  if (notRun.size === 0 || interrupted.signal.aborted) return;
  process.stderr.write(`The process ended before these files: ${[...notRun].join(", ")}\n`);
  process.exitCode = 1;
});
events.on("end", () => rm(folder, { recursive: true }));
events.compose(specWithSlowest(processes)).pipe(process.stdout);

function readArguments() {
  try {
    return parseArgs({ options: { coverage: { type: "boolean", default: false } }, allowPositionals: true });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}\n`);
    process.exit(2);
  }
}
