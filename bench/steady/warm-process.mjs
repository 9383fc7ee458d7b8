// A process that handles batch after batch, like a warm function instance: wall time per batch and CPU per transfer.
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { makeBatch } from "../start/make-batch.ts";

const [bundle, batchSize, warmUpBatches, batches] = process.argv.slice(2);
const { handler } = await import(bundle);
const context = { awsRequestId: "bench", functionName: "bench", getRemainingTimeInMillis: () => 30_000 };
const work = async (count) => {
  const wallMs = [];
  for (let batch = 0; batch < count; batch++) {
    const event = makeBatch(Number(batchSize));
    const startedAt = performance.now();
    const answer = await handler(event, context);
    wallMs.push(performance.now() - startedAt);
    if (answer?.batchItemFailures?.length) throw new Error("A record was not acknowledged.");
  }
  return wallMs;
};

await work(Number(warmUpBatches));
process.send("warm");
await once(process, "message");
const cpu = process.cpuUsage();
const wallMs = await work(Number(batches));
const { user, system } = process.cpuUsage(cpu);
const cpuMsPerTransfer = (user + system) / 1000 / (batchSize * batches);
process.send({ wallMs, cpuMsPerTransfer }, () => process.exit());
