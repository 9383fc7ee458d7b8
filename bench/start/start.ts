/**
 * `npm run bench:start`: builds the variants and starts each in fresh processes, alternating, against local HTTPS.
 * `-- --beside FOLDER` compares with a function built elsewhere, for example without one step of the build.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { median } from "simple-statistics";
import { readOwnArgs, wholeNumber } from "../../cli/read-args.ts";
import { figuresTable } from "../figures-table.ts";
import { startHttpsEndpoint } from "./https-endpoint.ts";
import { lambdaEnvironment } from "./lambda-environment.ts";
import { makeBatch } from "./make-batch.ts";
import { contactTransfer, scriptBytes, variants } from "./variants.ts";

interface Run {
  readonly initializationMs: number;
  readonly firstTransferMs: number;
  readonly firstTransferCpuMs: number;
  readonly cpuMs: number;
  readonly memoryMb: number;
}

const run = promisify(execFile);
const usage = `npm run bench:start [-- OPTIONS]
  --runs N           N fresh processes per variant (default 21)
  --beside FOLDER    compare only with the built function in FOLDER, which becomes the baseline`;
const options = { runs: { type: "string", default: "21" }, beside: { type: "string" } } as const;
const { runs, beside } = readOwnArgs(options, usage);
const runCount = wholeNumber("runs", runs, usage, 1);
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
// Within the project, so that packages outside the bundle are found in its node_modules.
const folder = here("../../dist/bench");
const eventFile = join(folder, "event.json");

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await using endpoint = await startHttpsEndpoint();
const env = lambdaEnvironment({ ...endpoint.env, NODE_NO_WARNINGS: "1" });
const compared = beside
  ? [{ name: beside, build: (outDir: string) => cp(beside, outDir, { recursive: true }) }, contactTransfer]
  : variants;
const built = await Promise.all(
  compared.map(async ({ name, build }, index) => {
    const outDir = join(folder, String(index));
    await build(outDir);
    const bundle = pathToFileURL(join(outDir, "index.mjs")).href;
    return {
      name,
      bundle,
      bytesAtStart: await bytesAtStart(bundle),
      bytes: await scriptBytes(outDir),
      runs: [] as Run[],
    };
  }),
);
// Interleaved, so that other load on the machine affects all variants alike. The first round only fills the disk cache.
for (let round = 0; round <= runCount; round++) {
  for (const variant of built) {
    await writeFile(eventFile, JSON.stringify(makeBatch(1)));
    const { stderr } = await run(process.execPath, [here("./fresh-process.mjs"), variant.bundle, eventFile], {
      env,
    });
    if (round > 0) variant.runs.push(readRun(stderr));
  }
}
process.stdout.write(report());

/** A figure that is missing would make the whole column NaN. */
function readRun(stderr: string): Run {
  const figures = JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as {
    readonly [name in keyof Run]?: unknown;
  };
  const figure = (name: keyof Run) => {
    const value = figures[name];
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new Error(`bench/start/fresh-process.mjs reports no ${name}.`);
  };
  return {
    initializationMs: figure("initializationMs"),
    firstTransferMs: figure("firstTransferMs"),
    firstTransferCpuMs: figure("firstTransferCpuMs"),
    cpuMs: figure("cpuMs"),
    memoryMb: figure("memoryMb"),
  };
}

async function bytesAtStart(bundle: string): Promise<number> {
  const { stderr } = await run(process.execPath, [here("../../test/function/loaded-at-start.mjs"), bundle], {
    env,
  });
  const { files } = JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as { files: string[] };
  const sizes = await Promise.all(files.map(async (file) => (await stat(new URL(file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function report(): string {
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} KB`;
  const columns: readonly [string, string, (run: Run) => number][] = [
    ["initialization", "ms", (run) => run.initializationMs],
    ["first transfer", "ms", (run) => run.firstTransferMs],
    ["sum", "ms", (run) => run.initializationMs + run.firstTransferMs],
    ["sum at 256 MB", "ms", (run) => run.initializationMs + run.firstTransferMs + waitForCpu(run)],
    ["CPU", "ms", (run) => run.cpuMs],
    ["memory", "MB", (run) => run.memoryMb],
  ];
  const [baseline] = built;
  const rows = built.map(({ name, bytesAtStart, bytes, runs }) => [
    name,
    kilobytes(bytesAtStart),
    kilobytes(bytes),
    ...columns.map(([, unit, value]) => {
      // Per round, so that a slow phase of the machine affects both.
      const ratios = runs.map((run, round) => value(run) / value(baseline?.runs[round] ?? run));
      return `${median(ratios).toFixed(2)} (${median(runs.map(value)).toFixed(0)} ${unit})`;
    }),
  ]);
  const head = ["", "loaded at start", "total", ...columns.map(([name]) => name)];
  return `## Start\n\n\`npm run bench:start\`: ${runCount} fresh processes each, alternating, over local HTTPS; medians of times, and of the ratio to the first line in
each round. contact-transfer validates, keeps the pace, logs, counts and publishes an outcome; its rehearsal and connections
count as initialization. At 256 MB, Lambda gives an instance a whole CPU while it starts and 256/1769 of one afterwards: the
CPU time of the first transfer is stretched accordingly.
\n${figuresTable([head, ...rows])}\n\n`;
}

/** The extra time of the first transfer with the share of a CPU that 256 MB provide. */
function waitForCpu({ firstTransferCpuMs }: Run): number {
  return firstTransferCpuMs * (1769 / 256 - 1);
}
