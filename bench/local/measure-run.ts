import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import pMap from "p-map";
import { requestDetailType } from "../../events/detail-types.ts";
import { type ProcessFigures, readFigures } from "./process-figures.ts";

export interface RunFigures {
  readonly perSecond: number;
  /** Of the program, without the function and the sender. */
  readonly program: ProcessFigures;
  readonly functions: ProcessFigures;
}

export interface Run {
  /** The checkout whose program runs. */
  readonly checkout: string;
  readonly assembly: string;
  /** For files of the run. */
  readonly folder: string;
  readonly intents: number;
}

const source = "com.example.bench";
const callsAtOnce = 10;

/** From `start FILE` to the last outcome; it includes the start of the stack. */
export async function measureFile(run: Run): Promise<RunFigures> {
  const file = join(run.folder, "events.jsonl");
  const lines = details(run).map((detail) =>
    JSON.stringify({ source, "detail-type": requestDetailType, detail }),
  );
  await writeFile(file, lines.join("\n"));
  const startedAt = performance.now();
  const child = startProgram(run, [file]);
  return followOutcomes(child, run.intents, { startedAt });
}

/** From the first PutEvents, ten events to a call, to the last outcome. */
export async function measureServe(run: Run): Promise<RunFigures> {
  const file = join(run.folder, "env.sh");
  const child = startProgram(run, ["--serve", "--port", "0", "--save-env", file]);
  for await (const line of createInterface({ input: child.stdout })) if (/Ctrl-C/.test(line)) break;
  child.stdout.resume();
  const [, endpoint] = /AWS_ENDPOINT_URL_EVENTBRIDGE=(\S+)/.exec(await readFile(file, "utf8")) ?? [];
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const client = new EventBridgeClient({ endpoint, region: "us-east-1", credentials });
  const before = readFigures(child.pid ?? 0);
  const startedAt = performance.now();
  const sending = sendAll(client, details(run));
  const figures = await followOutcomes(child, run.intents, { startedAt, before });
  await sending;
  client.destroy();
  return figures;
}

function details({ intents }: Run) {
  return Array.from({ length: intents }, (_, index) => ({
    contactId: `contact-${index}`,
    contactFlowId: "flow-bench",
    queueId: "queue-bench",
    intentId: `bench-${index}`,
  }));
}

async function sendAll(client: EventBridgeClient, all: readonly object[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(all.length / 10) }, (_, index) =>
    all.slice(index * 10, index * 10 + 10),
  );
  const send = async (batch: readonly object[]) => {
    const Entries = batch.map((detail) => ({
      Source: source,
      DetailType: requestDetailType,
      Detail: JSON.stringify(detail),
    }));
    const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount) throw new Error(`${FailedEntryCount} events were refused.`);
  };
  await pMap(batches, send, { concurrency: callsAtOnce });
}

type Program = ChildProcessByStdio<null, Readable, null>;

function startProgram({ checkout, assembly, folder }: Run, args: readonly string[]): Program {
  const program = join(checkout, "cli/contact-transfer.mjs");
  const options = ["--assembly", assembly, "--quota", "none"];
  return spawn(process.execPath, [program, "start", ...args, ...options], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

interface Start {
  readonly startedAt: number;
  readonly before?: ReturnType<typeof readFigures>;
}

/** Counts outcomes until all are there, then ends the program. */
async function followOutcomes(child: Program, intents: number, start: Start): Promise<RunFigures> {
  const { pid = 0 } = child;
  let ended = 0;
  let last = readFigures(pid);
  for await (const line of createInterface({ input: child.stdout })) {
    if (/: failed, /.test(line)) throw new Error(line);
    if (/: succeeded, /.test(line)) ended++;
    if (ended === intents) break;
    if (ended % 1_000 === 0) last = readFigures(pid);
  }
  const seconds = (performance.now() - start.startedAt) / 1000;
  const now = readFigures(pid);
  // A process that has ended already has no figures any more, or only some.
  const own = mostOf(last.own, now.own);
  const children = mostOf(last.children, now.children);
  child.stdout.resume();
  child.kill("SIGINT");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  if (ended < intents) throw new Error(`Only ${ended} of ${intents} intents ended.`);
  return {
    perSecond: intents / seconds,
    program: since(own, start.before?.own),
    functions: since(children, start.before?.children),
  };
}

function mostOf(one: ProcessFigures, other: ProcessFigures): ProcessFigures {
  return { cpuMs: Math.max(one.cpuMs, other.cpuMs), peakMb: Math.max(one.peakMb, other.peakMb) };
}

function since({ cpuMs, peakMb }: ProcessFigures, before?: ProcessFigures): ProcessFigures {
  return { cpuMs: cpuMs - (before?.cpuMs ?? 0), peakMb };
}
