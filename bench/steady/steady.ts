/**
 * `npm run bench:steady`: batches in a warm process, against a bare `Promise.all` of SDK calls, without and with one PutEvents
 * call, over local HTTPS.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "simple-statistics";
import { readOwnArgs, wholeNumber } from "../../cli/read-args.ts";
import { buildFunction } from "../../lambda/build/build.ts";
import { buildPlainBundle } from "../../test/function/plain-bundle.ts";
import { figuresTable } from "../figures-table.ts";
import { type HttpsEndpoint, startHttpsEndpoint } from "../start/https-endpoint.ts";
import { runWarmProcess, type WarmFigures } from "./run-warm-process.ts";

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
/** Transfers before the measurement, while V8 compiles. */
const warmUpTransfers = 1_000;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const folder = here("../../dist/bench-steady");

/** The first is the baseline. */
const builds = {
  bare: (outDir: string) => buildPlainBundle(here("./bare-promise-all.ts"), outDir),
  "bare with EventBridge": (outDir: string) => buildPlainBundle(here("./bare-with-events.ts"), outDir),
  "contact-transfer": (outDir: string) => buildFunction(outDir),
} as const;
type Name = keyof typeof builds;
const names = Object.keys(builds) as Name[];

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const name of names) await builds[name](join(folder, name));

const measured: { latencyMs: number; batchSize: number; summaries: Record<Name, Summary> }[] = [];
await using endpoint = await startHttpsEndpoint();
for (const each of cases) {
  const figures: Record<Name, WarmFigures[]> = {
    bare: [],
    "bare with EventBridge": [],
    "contact-transfer": [],
  };
  for (let round = 0; round < roundCount; round++) {
    for (const name of names) figures[name].push(await measure(name, each, endpoint));
  }
  measured.push({
    ...each,
    summaries: {
      bare: summary(figures.bare),
      "bare with EventBridge": summary(figures["bare with EventBridge"]),
      "contact-transfer": summary(figures["contact-transfer"]),
    },
  });
}
process.stdout.write(report());

/** Connect answers at once while the process warms up, so that its code is as compiled as that of an instance at work. */
async function measure(
  name: Name,
  { latencyMs, batchSize, batches }: (typeof cases)[number],
  endpoint: HttpsEndpoint,
): Promise<WarmFigures> {
  endpoint.delayConnect(0);
  return runWarmProcess({
    codeDirectory: join(folder, name),
    batchSize,
    warmUpBatches: Math.ceil(warmUpTransfers / batchSize),
    batches,
    // The pace never waits, so that only the work is measured.
    settings: { ...endpoint.env, TRANSFERS_PER_SECOND: "1000000" },
    onWarm: () => endpoint.delayConnect(latencyMs),
  });
}

function summary(figures: readonly WarmFigures[]): Summary {
  return {
    wallMs: median(figures.flatMap(({ wallMs }) => wallMs)),
    cpuMs: median(figures.map(({ cpuMsPerTransfer }) => cpuMsPerTransfer)),
  };
}

function report(): string {
  const [, ...others] = names;
  const rows = measured.map(({ latencyMs, batchSize, summaries: { bare, ...compared } }) => [
    `batch of ${batchSize}, Connect at ${latencyMs} ms`,
    `${bare.wallMs.toFixed(1)} ms`,
    ...Object.values(compared).map(({ wallMs }) => (wallMs / bare.wallMs).toFixed(2)),
    `${bare.cpuMs.toFixed(2)} ms`,
    ...Object.values(compared).map(({ cpuMs }) => (cpuMs / bare.cpuMs).toFixed(2)),
  ]);
  const head = ["", "bare, wall", ...others, "bare, CPU per transfer", ...others];
  const at100 = (size: number) =>
    measured.find(({ latencyMs, batchSize }) => latencyMs === 100 && batchSize === size)?.summaries;
  const oneCall = at100(1)?.bare.wallMs ?? Number.NaN;
  const tenTimes = names.map(
    (name) => `${((at100(10)?.[name].wallMs ?? Number.NaN) / oneCall).toFixed(3)} × (${name})`,
  );
  return `## Steady

\`npm run bench:steady\`: warm processes over local HTTPS, medians of ${roundCount} rounds, as ratios to the bare handler, which is
\`Promise.all\` of SDK calls. contact-transfer publishes an outcome for each transfer and waits for its confirmation: a
second request for a single record, one for ten in a batch. *bare with EventBridge* does that and no more.

${figuresTable([head, ...rows])}

A batch of 10 at 100 ms, to one bare call: ${tenTimes.join(", ")}.

`;
}
