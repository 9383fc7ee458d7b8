// A process that works on batch after batch, as a warm function instance does: what a batch takes, and what CPU a transfer.
import { performance } from "node:perf_hooks";
import { makeBatch } from "../start/function-environment.ts";

const [bundle, batchSize, batches] = process.argv.slice(2);
const { handler } = await import(bundle);
const context = { awsRequestId: "bench", functionName: "bench", getRemainingTimeInMillis: () => 30_000 };
const work = async (count) => {
  const wallMs = [];
  for (let batch = 0; batch < count; batch++) {
    const event = makeBatch(Number(batchSize));
    const startedAt = performance.now();
    const answer = await handler(event, context);
    wallMs.push(performance.now() - startedAt);
    if (answer?.batchItemFailures?.length) throw new Error("A record was given back.");
  }
  return wallMs;
};

await work(Math.ceil(Number(batches) / 4)); // until the code is compiled
const cpu = process.cpuUsage();
const wallMs = await work(Number(batches));
const { user, system } = process.cpuUsage(cpu);
const cpuMsATransfer = (user + system) / 1000 / (batchSize * batches);
process.stderr.write(`${JSON.stringify({ wallMs, cpuMsATransfer })}\n`, () => process.exit());
