import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import pMap from "p-map";
import { exitCodes } from "../../cli/errors.ts";
import { sendLetters, startTestQueues, type TestQueues } from "../../test/operator/dead-letter-queues.ts";
import { killableEnvironment } from "../../test/operator/tool-environment.ts";
import { runReplay } from "../commands/dlq/replay.ts";

/** `npm run test:kill` makes many more. */
const runs = Number(process.env.KILL_RUNS ?? 20);
const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
const letters = 100;
/** About the number of calls in a whole run: counting, receiving, sending, deleting, releasing. */
const callsOfARun = 40;

it(`a replay killed at any point loses nothing, and a second run finishes it: ${runs} runs, KILL_SEED=${seed}`, async (context) => {
  const directory = await mkdtemp(join(tmpdir(), "kill-"));
  context.after(() => rm(directory, { recursive: true }));
  const random = randomNumbers(seed);
  const points = Array.from({ length: runs }, () => ({
    call: 1 + Math.floor(random() * callsOfARun),
    isAnswered: random() < 0.5,
  }));
  const kill = (point: KillPoint, run: number) => killOnce(context, point, join(directory, `${run}.jsonl`));
  await pMap(points, kill, { concurrency: 2 });
});

interface KillPoint {
  /** Counted from 1. */
  readonly call: number;
  /** After the server has done what the call asks and before its answer arrives, or before. */
  readonly isAnswered: boolean;
}

async function killOnce(context: TestContext, { call, isAnswered }: KillPoint, audit: string): Promise<void> {
  let child: ChildProcess | undefined;
  let calls = 0;
  const maybeKill = (hasAnswer: boolean) => {
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
  await sendLetters(queues, letters);
  child = startReplay(queues, audit);
  await once(child, "exit");
  child = undefined;
  await assertAllThere(queues, `killed at call ${call}, ${isAnswered ? "done" : "not yet done"}`);

  const options = {
    conditions: [],
    yes: true,
    check: false,
    follow: false,
    json: true,
    perSecond: Number.POSITIVE_INFINITY,
  };
  // The server may still process calls of the killed run: the messages that they hide reappear later, as on AWS.
  for (let run = 0; run < 3 && (await queues.peek("dead")).length > 0; run++) {
    await queues.unhide();
    const code = await runReplay({ ...options, audit }, queues.session);
    assert.notEqual(code, exitCodes.failed);
  }
  await assertAllThere(queues, "finished");
  assert.equal((await queues.peek("dead")).length, 0);
}

/** The command itself, as an operator starts it. */
function startReplay(queues: TestQueues, audit: string): ChildProcess {
  const command = ["cli/contact-transfer.mjs", "dlq", "replay", "--yes", "--rate", "max", "--audit", audit];
  return spawn(process.execPath, command, {
    stdio: "ignore",
    env: killableEnvironment(queues),
  });
}

async function assertAllThere(queues: TestQueues, when: string): Promise<void> {
  const messages = [...(await queues.peek("dead")), ...(await queues.peek("intents"))];
  assert.equal(new Set(messages.map(({ body }) => body)).size, letters, when);
}

/** A reproducible source of random numbers. @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
function randomNumbers(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
