/**
 * `npm run bench:start`: builds the variants side by side and starts each in fresh processes, in turn, against local
 * HTTPS. `-- --runs N` sets how many processes each gets (21).
 */
import { execFile } from "node:child_process";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { readOwnArgs, wholeNumber } from "../../cli/read-args.ts";
import { markdownTable, median } from "../markdown-table.ts";
import { functionEnvironment, makeBatch } from "./function-environment.ts";
import { startHttpsEndpoint } from "./https-endpoint.ts";
import { scriptBytes, variants } from "./variants.ts";

interface Run {
  readonly initialisationMs: number;
  readonly firstTransferMs: number;
  readonly cpuMs: number;
  readonly memoryMb: number;
}

const run = promisify(execFile);
const usage = "npm run bench:start [-- --runs N]    N fresh processes of each variant (21)";
const { runs } = readOwnArgs({ runs: { type: "string", default: "21" } }, usage);
const runCount = wholeNumber("runs", runs, usage, 1);
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
// Within the project, so that what is not bundled is found in its node_modules.
const folder = here("../../dist/bench");
const eventFile = join(folder, "event.json");

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await using endpoint = await startHttpsEndpoint();
const env = functionEnvironment({ ...endpoint.env, NODE_NO_WARNINGS: "1" });
const built = await Promise.all(
  variants.map(async ({ name, build }, index) => {
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
// Interleaved, so that whatever else the machine does meets all variants alike; the first round only fills the disk's cache.
for (let round = 0; round <= runCount; round++) {
  for (const variant of built) {
    await writeFile(eventFile, JSON.stringify(makeBatch(1)));
    const { stderr } = await run(process.execPath, [here("./fresh-process.mjs"), variant.bundle, eventFile], {
      env,
    });
    if (round > 0) variant.runs.push(JSON.parse(stderr.trim().split("\n").at(-1) ?? ""));
  }
}
process.stdout.write(report());

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
    ["initialisation", "ms", (run) => run.initialisationMs],
    ["first transfer", "ms", (run) => run.firstTransferMs],
    ["sum", "ms", (run) => run.initialisationMs + run.firstTransferMs],
    ["CPU", "ms", (run) => run.cpuMs],
    ["memory", "MB", (run) => run.memoryMb],
  ];
  const [bare] = built;
  const rows = built.map(({ name, bytesAtStart, bytes, runs }) => [
    name,
    kilobytes(bytesAtStart),
    kilobytes(bytes),
    ...columns.map(([, unit, value]) => {
      // Round by round, so that what slows the machine down for a while slows both.
      const ratios = runs.map((run, round) => value(run) / value(bare?.runs[round] ?? run));
      return `${median(ratios).toFixed(2)} (${median(runs.map(value)).toFixed(0)} ${unit})`;
    }),
  ]);
  const head = ["", "loaded at start", "in all", ...columns.map(([name]) => name)];
  return `## Start\n\n\`npm run bench:start\`: ${runCount} fresh processes each, in turn, over local HTTPS; medians, and of each round's ratio to the bare handler. Ours
validates, keeps the pace, logs, counts and puts an outcome event; what it opens and rehearses ahead counts as initialisation.
\n${markdownTable([head, ...rows])}\n\n`;
}
