/**
 * `npm run bench:cost`: the list price of a million transfers, from the work counted in runs of the real bundle at
 * default settings (a backlog keeps the pace, so it takes 40 s), beside Step Functions.
 */
import { mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { buildFunction } from "../../lambda/build/build.ts";
import { figuresTable } from "../figures-table.ts";
import { startHttpsEndpoint } from "../start/https-endpoint.ts";
import { runWarmProcess } from "../steady/run-warm-process.ts";
import { prices } from "./prices.ts";

/** The use of each service per transfer. */
interface Work {
  readonly invocations: number;
  readonly gigabyteSeconds: number;
  readonly sqsRequests: number;
  readonly events: number;
  readonly logBytes: number;
}

const million = 1e6;
const gigabytes = 0.25;
/** CPU time is longer on Lambda: at 256 MB a function has this share of the one CPU that it has at 1,769 MB. */
const cpuStretch = 1769 / 256;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const folder = here("../../dist/bench-cost");

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await buildFunction(folder);
const backlog = await countWork({ batchSize: 10, batches: 3, warmUpBatches: 1 });
// Single intents never wait for a slot: a very high pace replaces the pauses between them.
const quiet = await countWork({ batchSize: 1, batches: 20, warmUpBatches: 5, pace: "1000000" });
process.stdout.write(report());

async function countWork(load: {
  batchSize: number;
  batches: number;
  warmUpBatches: number;
  pace?: string;
}): Promise<Work> {
  await using endpoint = await startHttpsEndpoint(100);
  const settings = { ...endpoint.env, ...(load.pace && { TRANSFERS_PER_SECOND: load.pace }) };
  const { wallMs, cpuMsPerTransfer, logBytes } = await runWarmProcess({
    codeDirectory: folder,
    ...load,
    settings,
  });
  const { TransferContact = 0, PutEvents = 0, ...others } = endpoint.takeCalls();
  const transfers = load.batchSize * (load.batches + load.warmUpBatches);
  if (TransferContact !== transfers || PutEvents === 0)
    throw new Error("Some transfers needed more or fewer requests than one.");
  const ofQueue = Object.values(others).reduce((sum, count) => sum + count, 0);
  const wallMsPerTransfer = wallMs.reduce((sum, ms) => sum + ms, 0) / (load.batchSize * load.batches);
  return {
    invocations: 1 / load.batchSize,
    gigabyteSeconds: ((wallMsPerTransfer + cpuMsPerTransfer * (cpuStretch - 1)) / 1000) * gigabytes,
    // The rule sends once; each batch is received once and deleted once.
    sqsRequests: 1 + 2 / load.batchSize + ofQueue / transfers,
    events: 2,
    logBytes: logBytes / transfers,
  };
}

function report(): string {
  const dollars = (amount: number) => `$${amount.toFixed(2)}`;
  const uses: readonly [string, keyof Work, string, number][] = [
    ["Lambda requests", "invocations", "", prices.lambdaRequest],
    ["Lambda GB-s (arm64, 256 MB)", "gigabyteSeconds", " GB-s", prices.lambdaGigabyteSecond],
    ["SQS requests", "sqsRequests", "", prices.sqsRequest],
    ["EventBridge events (request, outcome)", "events", "", prices.event],
    ["log ingestion", "logBytes", " B", prices.logGigabyte / 1e9],
  ];
  const cost = (work: Work) => uses.reduce((sum, [, use, , price]) => sum + work[use] * price * million, 0);
  const cell = (work: Work, use: keyof Work, unit: string, price: number) =>
    `${dollars(work[use] * price * million)} (${Number(work[use].toPrecision(3))}${unit})`;
  const rows = uses.map(([name, use, unit, price]) => [
    name,
    cell(quiet, use, unit, price),
    cell(backlog, use, unit, price),
  ]);
  return `## Cost of a million transfers

\`npm run bench:cost\`: counted in a run of the bundle with Connect at 100 ms, at list prices of us-east-1
(\`bench/cost/prices.ts\` has their sources and what could not be verified); in parentheses the use per transfer.
In a backlog, records wait for their slot within the invocation. CPU time is scaled to 256 MB. Empty receives cost the
same, whatever is transferred.

${figuresTable([["", "one at a time", "backlog, batches of 10"], ...rows, ["**total**", dollars(cost(quiet)), dollars(cost(backlog))]])}

${stepFunctions(dollars)}
`;
}

/** The minimum that a state machine needs for the same request and outcome, without a pace. */
function stepFunctions(dollars: (amount: number) => string): string {
  const events = 2 * prices.event;
  const transitions = 3; // check the input, TransferContact, PutEvents
  const standard = (transitions * prices.stateTransition + events) * million;
  const seconds = 0.2; // both calls, rounded up to 100 ms
  const duration = seconds * (64 / 1024) * prices.expressGigabyteSecond;
  const express = (prices.expressRequest + duration + events) * million;
  return figuresTable([
    ["", "cost", "what is missing"],
    [
      "Step Functions Standard",
      dollars(standard),
      `${transitions} transitions and both events; no pace: each retry or wait is another transition`,
    ],
    [
      "Step Functions Express",
      dollars(express),
      "64 MB for 0.2 s and both events; no pace, at most five minutes, no dead letters",
    ],
  ]);
}
