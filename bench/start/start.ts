/**
 * `npm run bench:start`: builds the variants and starts each in fresh processes, alternating, against local HTTPS.
 * `-- --beside FOLDER` compares with a function built elsewhere, for example without one step of the build.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { readOwnArgs, wholeNumber } from "../../cli/read-args.ts";
import { type CpuShare, createCpuShare } from "./cpu-share.ts";
import { startHttpsEndpoint } from "./https-endpoint.ts";
import { lambdaEnvironment } from "./lambda-environment.ts";
import { makeBatch } from "./make-batch.ts";
import { type Figures, type Round, report } from "./report.ts";
import { contactTransfer, scriptBytes, variants } from "./variants.ts";

const run = promisify(execFile);
const usage = `npm run bench:start [-- OPTIONS]
  --runs N           N runs, whose spread the ratios show (default 5)
  --processes N      N fresh processes per variant and run (default 11)
  --beside FOLDER    compare only with the built function in FOLDER, which becomes the baseline`;
const options = {
  runs: { type: "string", default: "5" },
  processes: { type: "string", default: "11" },
  beside: { type: "string" },
} as const;
const { runs, processes, beside } = readOwnArgs(options, usage);
const runCount = wholeNumber("runs", runs, usage, 1);
const processCount = wholeNumber("processes", processes, usage, 1);
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
      runs: [] as Round[][],
    };
  }),
);
// After the builds: esbuild's process must not be part of it.
await using share = await createCpuShare();
// Interleaved, so that other load on the machine affects all variants alike. The first round only fills the disk cache.
for (let round = 0; round <= runCount * processCount; round++) {
  for (const variant of built) {
    const figures: Round = {
      free: await measure(variant.bundle),
      ...(share && { limited: await measureLimited(variant.bundle, share) }),
    };
    if (round === 0) continue;
    if (round % processCount === 1 % processCount) variant.runs.push([]);
    variant.runs.at(-1)?.push(figures);
  }
}
process.stdout.write(report(built));

async function measure(bundle: string): Promise<Figures> {
  return start([process.execPath, here("./fresh-process.mjs"), bundle, eventFile], env);
}

async function measureLimited(bundle: string, { limited, reset, env: shareEnv }: CpuShare): Promise<Figures> {
  await reset();
  const command = [process.execPath, here("./fresh-process.mjs"), bundle, eventFile];
  return start(limited(command), { ...env, ...shareEnv });
}

async function start([command = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<Figures> {
  await writeFile(eventFile, JSON.stringify(makeBatch(1)));
  const { stderr } = await run(command, args, { env });
  return readFigures(stderr);
}

/** A figure that is missing would make the whole column NaN. */
function readFigures(stderr: string): Figures {
  const figures = JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as {
    readonly [name in keyof Figures]?: unknown;
  };
  const figure = (name: keyof Figures) => {
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
