// A fresh process as Lambda starts one: loads the given bundle, transfers one contact and reports both times. It is plain
// JavaScript, so that the measurement includes no type stripping.
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";

const [bundle, eventFile] = process.argv.slice(2);
const event = JSON.parse(await readFile(eventFile, "utf8"));
const context = {
  awsRequestId: "00000000-0000-4000-8000-000000000001",
  functionName: "bench",
  memoryLimitInMB: "256",
  getRemainingTimeInMillis: () => 30_000,
};

const cpu = process.cpuUsage();
const startedAt = performance.now();
const { handler } = await import(bundle);
const initializedAt = performance.now();
if (process.env.CPU_SHARE_FILE) writeFileSync(process.env.CPU_SHARE_FILE, process.env.CPU_SHARE);
const initializedCpu = process.cpuUsage();
const invokedAt = performance.now();
const answer = await handler(event, context);
const transferredAt = performance.now();
const totalCpuMs = cpuMsSince(cpu);
const firstTransferCpuMs = cpuMsSince(initializedCpu);
if (answer?.batchItemFailures?.length)
  throw new Error(`The transfer was not acknowledged: ${JSON.stringify(answer)}`);

const figures = {
  initializationMs: initializedAt - startedAt,
  firstTransferMs: transferredAt - invokedAt,
  firstTransferCpuMs,
  cpuMs: totalCpuMs,
  memoryMb: process.memoryUsage().rss / 1e6,
};
process.stderr.write(`${JSON.stringify(figures)}\n`, () => process.exit());

function cpuMsSince(start) {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
