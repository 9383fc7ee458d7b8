import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, mock, type TestContext } from "node:test";
import { Command } from "commander";
import { exitCodes } from "../cli/errors.ts";
import { runProgram } from "../cli/run-command.ts";
import { startHttpServer } from "../local/services/http-server.ts";
import { sendLetters, startTestQueues } from "../test/operator/dead-letter-queues.ts";
import { makeTestTerminal } from "../test/operator/test-terminal.ts";
import { toolEnvironment } from "../test/operator/tool-environment.ts";
import { operatorCommands } from "./program.ts";

const letters = 25;
const eachOnce = Array.from({ length: letters }, (_, n) => `order-${n}`).sort();

/** Whether SQS has done what the call asks for that it does not answer. */
const silences = { before: "has not done", after: "has done" } as const;
type Silence = keyof typeof silences;

/** What the three commands report with `--json`. */
interface Report {
  readonly stopped?: string;
  readonly replayed?: readonly { readonly intentId: string }[];
  readonly undeleted?: readonly unknown[];
  readonly failed: readonly { readonly intentId?: string; readonly maybeSent?: boolean }[];
  readonly untried?: number;
  readonly discarded?: number;
  readonly left?: number;
  readonly imported?: number;
}

/** How a command ended, and the intents in each place. */
interface Interrupted {
  readonly codes: readonly number[];
  readonly said: string;
  readonly report: Report;
  readonly dead: readonly string[];
  readonly intents: readonly string[];
  readonly file: readonly string[];
}

/** Runs a command that is interrupted at its nth call that changes something, which nothing answers, as little as any later one. */
async function interruptAt(
  context: TestContext,
  [command = "", ...flags]: readonly string[],
  hangAt: number,
  silence: Silence,
): Promise<Interrupted> {
  const queues = await startTestQueues(context);
  const folder = await mkdtemp(join(tmpdir(), "interrupt-"));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "letters.jsonl");
  await sendLetters(queues, letters);
  if (command === "import") {
    const held = await queues.peek("dead");
    await writeFile(file, held.map(({ body }) => JSON.stringify({ body })).join("\n"));
    await queues.empty("dead");
  }
  const interrupted = new AbortController();
  let asked = 0;
  const proxy = await startHttpServer(async (request) => {
    const { method, headers } = request;
    const changes = /SendMessageBatch|DeleteMessageBatch/.test(headers.get("x-amz-target") ?? "");
    if (changes) asked++;
    const hangs = asked >= hangAt;
    const isSilent = asked > hangAt || interrupted.signal.aborted || (hangs && silence === "before");
    const forward = async () => fetch(queues.server.url, { method, headers, body: await request.text() });
    const answer = isSilent ? undefined : await forward();
    if (hangs) interrupted.abort();
    return answer && !hangs ? answer : new Promise<never>(() => {});
  });
  const codes: number[] = [];
  const printed: string[] = [];
  const noted: string[] = [];
  const terminal = makeTestTerminal({ printed, noted });
  const audit = join(folder, "audit.jsonl");
  const options: Readonly<Record<string, readonly string[]>> = {
    replay: ["--rate", "max"],
    discard: ["--to", file],
    import: [file],
  };
  const urls = [
    ...["--dead-letter-queue-url", queues.deadLetterQueueUrl],
    ...["--intent-queue-url", queues.intentQueueUrl, "--endpoint-url", proxy.url],
  ];
  const args = ["dlq", command, "--yes", ...flags, "--audit", audit, ...(options[command] ?? []), ...urls];
  try {
    await runProgram(new Command(), operatorCommands, args, {
      terminal,
      signal: interrupted.signal,
      exit: (code) => void codes.push(code),
    });
  } finally {
    await proxy.close();
  }
  assert.ok(interrupted.signal.aborted, `fewer than ${hangAt} calls: ${[...codes, ...printed, ...noted]}`);
  const idOf = (body: string) => (JSON.parse(body) as { id: string }).id;
  const linesOf = async (name: string) =>
    (await readFile(name, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
  return {
    codes,
    said: [...printed, ...noted].join("\n"),
    report: flags.includes("--json") ? JSON.parse(printed[0] ?? "") : undefined,
    dead: (await queues.peek("dead")).map(({ body }) => idOf(body)),
    intents: (await queues.peek("intents")).map(({ body }) => idOf(body)),
    file: (await linesOf(file)).map((line) => idOf((JSON.parse(line) as { body: string }).body)),
  };
}

/** Each intent is somewhere, none is twice in a place, and the report claims neither more nor less than what was done. */
const verify: Readonly<Record<string, (end: Interrupted) => void>> = {
  replay({ report, dead, intents }) {
    const { replayed = [], failed, undeleted = [], untried = 0 } = report;
    assert.deepEqual(sorted(new Set([...dead, ...intents])), eachOnce);
    assert.equal(new Set(intents).size, intents.length);
    assert.equal(replayed.length + failed.length + untried, letters);
    const claimed = replayed.map(({ intentId }) => intentId);
    const maybe = failed.flatMap(({ intentId, maybeSent }) => (maybeSent && intentId ? [intentId] : []));
    assert.deepEqual(sorted(new Set([...claimed, ...intents])), sorted(intents), "what is replayed is there");
    assert.deepEqual(
      intents.filter((id) => ![...claimed, ...maybe].includes(id)),
      [],
    );
    assert.ok(claimed.filter((id) => dead.includes(id)).length <= undeleted.length);
  },
  discard({ report, dead, file }) {
    const { discarded = 0, failed, left = 0 } = report;
    assert.deepEqual(sorted(new Set([...dead, ...file])), eachOnce);
    assert.equal(discarded + failed.length + left, letters);
    assert.ok(discarded <= letters - dead.length && dead.length <= failed.length + left);
  },
  import({ report, dead, file }) {
    const { imported = 0, failed } = report;
    assert.deepEqual(sorted(file), eachOnce);
    assert.equal(new Set(dead).size, dead.length);
    const maybe = failed.filter(({ maybeSent }) => maybeSent).length;
    assert.ok(imported <= dead.length && dead.length <= imported + maybe);
  },
};

function sorted(ids: Iterable<string>): string[] {
  return [...ids].sort();
}

describe("Ctrl-C while a command changes something and SQS", { timeout: 240_000, concurrency: true }, () => {
  before(() => mock.property(process, "env", { ...process.env, ...toolEnvironment() }));
  after(() => mock.restoreAll());
  for (const [silence, what] of Object.entries(silences) as [Silence, string][]) {
    for (const [command, check] of Object.entries(verify)) {
      it(`${what} what it does not answer: ${command}`, async (context) => {
        const calls = command === "replay" ? [1, 2, 4, 5] : [1, 2, 3];
        const ends = await Promise.all(
          calls.map((n) => interruptAt(context, [command, "--json"], n, silence)),
        );
        for (const end of ends) {
          assert.deepEqual(end.codes, [exitCodes.interrupted]);
          assert.equal(end.report.stopped, undefined);
          assert.doesNotMatch(end.said, /abort/i);
          check(end);
        }
      });
    }
  }

  const texts: Readonly<Record<string, RegExp>> = {
    replay: /sent, but not confirmed as deleted: \S+: no answer \(interrupted\)/,
    discard: /\S+ is in the file, and may still be in the queue: no answer \(interrupted\)/,
    import: /Line 1 may have been imported: no answer \(interrupted\)/,
  };
  for (const [command, text] of Object.entries(texts)) {
    it(`is answered by what is not known: ${command}`, async (context) => {
      const end = await interruptAt(context, [command], command === "replay" ? 4 : 1, "after");
      assert.match(end.said, text);
      const stopping =
        command === "import"
          ? "Stopping: finishing the current batch and importing no more lines. Press Ctrl-C again"
          : "Stopping: finishing the current batch and releasing the rest. Press Ctrl-C again";
      assert.ok(end.said.includes(stopping), end.said);
    });
  }
});
