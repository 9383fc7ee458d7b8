import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import pMap from "p-map";
import { exitCodes } from "../../cli/errors.ts";
import { makeEnvelope } from "../../test/makers.ts";
import {
  makeFailure,
  makeLetter,
  sendLetters,
  startTestQueues,
  type TestQueues,
} from "../../test/operator/dead-letter-queues.ts";
import { killableEnvironment } from "../../test/operator/tool-environment.ts";
import { runDiscard } from "../commands/dlq/discard.ts";
import { runImport } from "../commands/dlq/import.ts";
import { runReplay } from "../commands/dlq/replay.ts";

/** `npm run test:kill` makes many more. */
const runs = Number(process.env.KILL_RUNS ?? 12);
const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
const letters = 100;

/** A command that is killed, and what must hold then and at the end. */
interface Victim {
  /** About the number of calls in a whole run: counting, receiving, sending, deleting, releasing. */
  readonly calls: number;
  readonly prepare: (scene: Scene) => Promise<void>;
  readonly command: (scene: Scene) => readonly string[];
  /** Everything that must still exist, and that the audit file says so, at any point. */
  readonly assertNothingLost: (scene: Scene, when: string) => Promise<void>;
  /** Runs it again. */
  readonly again: (scene: Scene, run: number) => Promise<number>;
  readonly isDone: (scene: Scene) => Promise<boolean>;
}

interface Scene {
  readonly queues: TestQueues;
  /** The path of a file of this run. */
  readonly file: (name: string) => string;
}

const victims: Readonly<Record<string, Victim>> = {
  replay: {
    calls: 40,
    prepare: ({ queues }) => sendLetters(queues, letters),
    command: ({ file }) => ["replay", "--yes", "--rate", "max", "--audit", file("audit.jsonl")],
    async assertNothingLost({ queues, file }, when) {
      const intents = await queues.peek("intents");
      const messages = [...(await queues.peek("dead")), ...intents];
      assert.equal(new Set(messages.map(({ body }) => body)).size, letters, when);
      const replaying = await audited(file("audit.jsonl"), "replaying");
      assert.ok(replaying.length >= new Set(intents.map(({ body }) => body)).size, `${when}: the audit`);
    },
    again: ({ queues, file }) =>
      runReplay(
        {
          ...{ conditions: [], yes: true, check: false, follow: false, json: true },
          perSecond: Number.POSITIVE_INFINITY,
          audit: file("audit.jsonl"),
        },
        queues.session,
      ),
    isDone: async ({ queues }) => (await queues.peek("dead")).length === 0,
  },
  discard: {
    calls: 40,
    prepare: ({ queues }) => sendLetters(queues, letters),
    command: ({ file }) => [
      ...["discard", "--yes", "--to", file("gone-0.jsonl")],
      ...["--audit", file("audit.jsonl")],
    ],
    async assertNothingLost({ queues, file }, when) {
      const inQueue = (await queues.peek("dead")).map(({ body }) => body);
      const discarded = await bodiesOf(goneFiles.map(file));
      assert.equal(new Set([...inQueue, ...discarded]).size, letters, when);
      assert.equal(new Set(inQueue).size, inQueue.length, `${when}: none is there twice`);
      const announced = await audited(file("audit.jsonl"), "discarding");
      const isAnnounced = new Set(announced.map(({ intentId }) => intentId));
      const gone = [...new Set(discarded)].filter((body) => !inQueue.includes(body));
      for (const body of gone) assert.ok(isAnnounced.has(JSON.parse(body).id), `${when}: the audit`);
    },
    again: ({ queues, file }, run) =>
      runDiscard(
        {
          ...{ conditions: [], yes: true, json: true },
          audit: file("audit.jsonl"),
          file: file(`gone-${run}.jsonl`),
        },
        queues.session,
      ),
    isDone: async ({ queues }) => (await queues.peek("dead")).length === 0,
  },
  import: {
    calls: 40,
    async prepare({ queues, file }) {
      const lines = Array.from({ length: letters }, (_, n) => {
        const body = makeEnvelope({ contactId: `task-${n}` }, { id: `order-${n}` });
        const parts = makeLetter({ body, reason: "AccessDenied", failure: makeFailure() });
        return JSON.stringify({
          messageId: `old-${n}`,
          body: parts.MessageBody,
          attributes: parts.MessageAttributes,
        });
      });
      await writeFile(file("letters.jsonl"), `${lines.join("\n")}\n`);
      await writeFile(file("first.jsonl"), lines.slice(0, 30).join("\n"));
      const first = importOptions(file, "first.jsonl", "first-audit.jsonl");
      assert.equal(await runImport(first, queues.session), exitCodes.done);
    },
    command: ({ file }) => ["import", file("letters.jsonl"), "--yes", "--audit", file("audit.jsonl")],
    async assertNothingLost({ queues, file }, when) {
      const inQueue = await queues.peek("dead");
      assert.equal(
        new Set(inQueue.map(({ body }) => body)).size,
        inQueue.length,
        `${when}: none is there twice`,
      );
      const importing = await audited(file("audit.jsonl"), "importing");
      const isAnnounced = new Set(importing.map(({ lineNumber }) => lineNumber));
      for (const { body } of inQueue) {
        const lineNumber = Number(JSON.parse(body).id.replace("order-", "")) + 1;
        assert.ok(
          lineNumber <= 30 || isAnnounced.has(lineNumber),
          `${when}: the audit of line ${lineNumber}`,
        );
      }
      const ids = new Set(inQueue.map(({ messageId }) => messageId));
      for (const { messageId } of await audited(file("audit.jsonl"), "imported"))
        assert.ok(ids.has(`${messageId}`), `${when}: the audit has what was not imported`);
    },
    again: ({ queues, file }) =>
      runImport(importOptions(file, "letters.jsonl", "audit.jsonl"), queues.session),
    isDone: async ({ queues }) => (await queues.peek("dead")).length === letters,
  },
};

const mostRuns = 4;
const goneFiles = Array.from({ length: mostRuns }, (_, run) => `gone-${run}.jsonl`);

for (const [name, victim] of Object.entries(victims)) {
  it(`a killed ${name} loses nothing, doubles nothing unrecorded, and another run finishes it: ${runs} runs, KILL_SEED=${seed}`, async (context) => {
    const directory = await mkdtemp(join(tmpdir(), `kill-${name}-`));
    context.after(() => rm(directory, { recursive: true }));
    const random = randomNumbers(seed);
    const points = Array.from({ length: runs }, () => ({
      call: 1 + Math.floor(random() * victim.calls),
      isAnswered: random() < 0.5,
    }));
    const kill = (point: KillPoint, run: number) =>
      killOnce(context, victim, point, (file) => join(directory, `${run}-${file}`));
    await pMap(points, kill, { concurrency: 2 });
  });
}

interface KillPoint {
  /** Counted from 1. */
  readonly call: number;
  /** After the server has done what the call asks and before its answer arrives, or before. */
  readonly isAnswered: boolean;
}

async function killOnce(
  context: TestContext,
  victim: Victim,
  { call, isAnswered }: KillPoint,
  file: Scene["file"],
): Promise<void> {
  let child: ChildProcess | undefined;
  let calls = 0;
  let underWay = 0;
  const maybeKill = (hasAnswer: boolean) => {
    underWay += hasAnswer ? -1 : 1;
    if (!child) return;
    if (!hasAnswer) calls++;
    if (calls === call && hasAnswer === isAnswered) child.kill("SIGKILL");
  };
  const queues = await startTestQueues(context, {
    chooseFault() {
      maybeKill(false);
      return undefined;
    },
    onAnswered: () => maybeKill(true),
  });
  const scene = { queues, file };
  await victim.prepare(scene);
  child = startCommand(queues, victim.command(scene));
  await once(child, "exit");
  child = undefined;
  // The server may still process calls of the killed run.
  while (underWay > 0) await setImmediate();
  await victim.assertNothingLost(scene, `killed at call ${call}, ${isAnswered ? "done" : "not yet done"}`);
  for (let run = 1; run < mostRuns && !(await victim.isDone(scene)); run++) {
    // What the killed run has received reappears after 30 s, as on AWS.
    await queues.unhide();
    assert.notEqual(await victim.again(scene, run), exitCodes.failed);
  }
  await victim.assertNothingLost(scene, "finished");
  assert.ok(await victim.isDone(scene));
}

/** The command itself, as an operator starts it. */
function startCommand(queues: TestQueues, command: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["cli/contact-transfer.mjs", "dlq", ...command], {
    stdio: "ignore",
    env: killableEnvironment(queues),
  });
}

function importOptions(file: Scene["file"], name: string, audit: string) {
  const all = { conditions: [], json: true, yes: true, fromLine: 1, allowCopies: false, skipBroken: false };
  return { ...all, file: file(name), audit: file(audit) };
}

/** The lines of an audit file with this action. A kill may have cut the last line of a run. */
async function audited(file: string, action: string): Promise<Readonly<Record<string, unknown>>[]> {
  return (await linesOf(file)).flatMap((line) => {
    try {
      const entry = JSON.parse(line);
      return entry.action === action ? [entry] : [];
    } catch {
      return [];
    }
  });
}

async function bodiesOf(files: readonly string[]): Promise<string[]> {
  const lines = await Promise.all(files.map(linesOf));
  return lines.flat().map((line) => JSON.parse(line).body);
}

async function linesOf(file: string): Promise<string[]> {
  const lines = await readFile(file, "utf8").catch(() => "");
  return lines.split("\n").filter((line) => line !== "");
}

/** A reproducible source of random numbers. @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
function randomNumbers(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
