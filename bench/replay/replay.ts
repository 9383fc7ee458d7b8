// `npm run bench:replay`: the speed of a replay, the accuracy of its rate, and the memory per listed dead letter.
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import pMap from "p-map";
import { openQueue, type Queue } from "../../operate/aws/queue.ts";
import { makeSqsClient } from "../../operate/aws/sqs-client.ts";
import { summarizeLetter } from "../../operate/print/summarize-letter.ts";
import { MessageLease } from "../../operate/receive/lease.ts";
import { receiveLetters } from "../../operate/receive/receive-letters.ts";
import type { WorkThrough } from "../../operate/receive/work.ts";
import { openAuditLog } from "../../operate/replay/audit-log.ts";
import { groupLetters } from "../../operate/replay/plan-replay.ts";
import { replayLetters } from "../../operate/replay/replay-letters.ts";
import { sketchLetter } from "../../operate/replay/sketch-letter.ts";
import { instanceArn, instanceId } from "../../test/makers.ts";
import { benchLetter } from "../dead-letters.ts";

const unpacedLetters = 5_000;
const paces = [
  { perSecond: 20, letters: 200 },
  { perSecond: 200, letters: 2_000 },
];
const listedLetters = 100_000;

const clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal) => setTimeout(ms, undefined, { signal }),
};
const never = new AbortController().signal;
const instance = { id: instanceId, arn: instanceArn };
const instances = { byId: new Map([[instanceId, instance]]), defaultInstance: instance };

const server = new Worker(new URL("./replay-server.ts", import.meta.url));
const url = await new Promise<string>((resolve) => server.once("message", resolve));
const sqs = makeSqsClient({
  endpoint: url,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
const queueOf = (name: string) => openQueue(sqs, `${url}/000000000000/${name}`);

print(
  "\n## Replay\n\n`npm run bench:replay`, against the local SQS server in another thread of the process:\n",
);
print(
  `- unpaced: ${(await measureReplay("unpaced", unpacedLetters, Number.POSITIVE_INFINITY)).toFixed(0)} messages per second`,
);
for (const { perSecond, letters } of paces) {
  const reached = await measureReplay(`paced-${perSecond}`, letters, perSecond);
  const off = (reached / perSecond - 1) * 100;
  print(`- paced at ${perSecond}: ${reached.toFixed(2)} per second, ${off.toFixed(2)} % off`);
}
await measureMemory();
await server.terminate();

/** Messages per second, from the first one sent to the last. */
async function measureReplay(name: string, count: number, perSecond: number): Promise<number> {
  const dead = queueOf(`${name}-dead`);
  await fill(dead, count);
  const lease = new MessageLease(dead, clock);
  const { kept } = await receiveLetters({
    queue: dead,
    lease,
    clock,
    instances,
    keep: (letter) => letter,
    waitSeconds: 0,
    signal: never,
  });
  const file = join(tmpdir(), `bench-replay-${process.pid}.jsonl`);
  const run = {
    run: name,
    command: "bench",
    operator: { aws: "", local: "" },
    deadLetterQueueUrl: dead.url,
    options: {},
  };
  const options = { instances, maxIntentAgeMs: 24 * 3_600_000 };
  const audit = openAuditLog(file, run, clock.now);
  const startedAt = performance.now();
  const sketches = kept.map((letter) => sketchLetter(letter, options));
  const workThrough: WorkThrough = async ({ onLetters }) => onLetters(kept, lease);
  const { results } = await replayLetters(groupLetters(sketches), workThrough, {
    intentQueue: queueOf(`${name}-intents`),
    clock,
    audit,
    perSecond,
    options,
    signal: never,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  audit[Symbol.dispose]();
  await lease.release();
  await rm(file);
  const done = results.filter(({ kind }) => kind === "replayed").length;
  if (done !== count) throw new Error(`${name}: ${done} of ${count} dead letters were replayed`);
  // The first is due immediately: n messages take n - 1 intervals.
  return (perSecond === Number.POSITIVE_INFINITY ? count : count - 1) / seconds;
}

async function measureMemory(): Promise<void> {
  const dead = queueOf("listed-dead");
  await fill(dead, listedLetters);
  const before = heapUsed();
  const lease = new MessageLease(dead, clock);
  const startedAt = performance.now();
  const received = await receiveLetters({
    queue: dead,
    lease,
    clock,
    instances,
    keep: summarizeLetter,
    waitSeconds: 0,
    signal: never,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const bytes = (heapUsed() - before) / received.kept.length;
  print(`- listed ${received.seen} in ${seconds.toFixed(0)} s, ${bytes.toFixed(0)} bytes of memory each`);
  await lease.release();
}

async function fill(queue: Queue, count: number): Promise<void> {
  const starts = Array.from({ length: count / 10 }, (_, batch) => batch * 10);
  const send = async (start: number) => {
    const Entries = Array.from({ length: 10 }, (_, offset) => ({
      Id: String(offset),
      ...benchLetter(start + offset, 512),
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
  };
  await pMap(starts, send, { concurrency: 16 });
}

/** Bytes in use after a garbage collection, which is exposed at run time, so that Node needs no flag. */
function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
