/**
 * `npm run bench:steady`: batches in a warm process, against a bare `Promise.all` of SDK calls, over local HTTPS.
 */
import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { median } from "simple-statistics";
import { readOwnArgs, wholeNumber } from "../../cli/read-args.ts";
import { buildFunction } from "../../lambda/build/build.ts";
import { buildPlainBundle } from "../../test/function/plain-bundle.ts";
import { figuresTable } from "../figures-table.ts";
import { startHttpsEndpoint } from "../start/https-endpoint.ts";
import { lambdaEnvironment } from "../start/lambda-environment.ts";

interface Figures {
  readonly wallMs: number[];
  readonly cpuMsPerTransfer: number;
}

interface Summary {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const cases = [
  { latencyMs: 0, batchSize: 1, batches: 400 },
  { latencyMs: 0, batchSize: 10, batches: 80 },
  { latencyMs: 100, batchSize: 1, batches: 20 },
  { latencyMs: 100, batchSize: 10, batches: 20 },
];
const usage = "npm run bench:steady [-- --rounds N]    N rounds of each case (default 5)";
const { rounds } = readOwnArgs({ rounds: { type: "string", default: "5" } }, usage);
const roundCount = wholeNumber("rounds", rounds, usage, 1);
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const folder = here("../../dist/bench-steady");
const run = promisify(execFile);

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await buildPlainBundle(here("./bare-promise-all.ts"), join(folder, "bare"));
await buildFunction(join(folder, "engine"));

const measured: { latencyMs: number; batchSize: number; bare: Summary; engine: Summary }[] = [];
for (const { latencyMs, batchSize, batches } of cases) {
  await using endpoint = await startHttpsEndpoint(latencyMs);
  // The pace never waits, so that only the work is measured.
  const env = lambdaEnvironment({
    ...endpoint.env,
    TRANSFERS_PER_SECOND: "1000000",
    NODE_NO_WARNINGS: "1",
  });
  const figures: Record<"bare" | "engine", Figures[]> = { bare: [], engine: [] };
  for (let round = 0; round < roundCount; round++) {
    for (const name of ["bare", "engine"] as const) {
      const bundle = pathToFileURL(join(folder, name, "index.mjs")).href;
      const args = [here("./warm-process.mjs"), bundle, String(batchSize), String(batches)];
      const { stderr } = await run(process.execPath, args, { env, maxBuffer: 1e9 });
      figures[name].push(JSON.parse(stderr));
    }
  }
  measured.push({ latencyMs, batchSize, bare: summary(figures.bare), engine: summary(figures.engine) });
}
process.stdout.write(report());

function summary(figures: readonly Figures[]): Summary {
  return {
    wallMs: median(figures.flatMap(({ wallMs }) => wallMs)),
    cpuMs: median(figures.map(({ cpuMsPerTransfer }) => cpuMsPerTransfer)),
  };
}

function report(): string {
  const rows = measured.map(({ latencyMs, batchSize, bare, engine }) => [
    `batch of ${batchSize}, Connect at ${latencyMs} ms`,
    `${bare.wallMs.toFixed(1)} ms`,
    `${engine.wallMs.toFixed(1)} ms`,
    (engine.wallMs / bare.wallMs).toFixed(2),
    `${bare.cpuMs.toFixed(2)} ms`,
    `${engine.cpuMs.toFixed(2)} ms`,
    (engine.cpuMs / bare.cpuMs).toFixed(2),
  ]);
  const head = [
    "",
    "bare, wall",
    "contact-transfer, wall",
    "ratio",
    "bare, CPU per transfer",
    "contact-transfer, CPU per transfer",
    "ratio",
  ];
  const one = measured.find(({ latencyMs, batchSize }) => latencyMs === 100 && batchSize === 1);
  const ten = measured.find(({ latencyMs, batchSize }) => latencyMs === 100 && batchSize === 10);
  const batchRatio = ((ten?.engine.wallMs ?? Number.NaN) / (one?.bare.wallMs ?? Number.NaN)).toFixed(3);
  return `## Steady\n\n\`npm run bench:steady\`: warm processes over local HTTPS, medians of ${roundCount} rounds; bare is \`Promise.all\` of SDK calls.
contact-transfer publishes an outcome for each transfer and waits for its confirmation.\n\n${figuresTable([head, ...rows])}
\nA batch of 10 at 100 ms takes ${batchRatio} × one bare call.\n\n`;
}
