import assert from "node:assert/strict";
import { it } from "node:test";
import { makePorts } from "../test/makers.ts";
import { type Invocation, withInvocation } from "./invocation.ts";
import type { Ports } from "./ports.ts";

const outcome = { Source: "s", DetailType: "d", Detail: "{}" };
const message = { MessageBody: "{}" };

/** When an invocation that ends after so many milliseconds ends each of its parts. */
async function endsIn(timeLeftMs: number) {
  const endedAt: Record<string, number> = {};
  const ends = (what: string, signal: AbortSignal) => {
    if (signal.aborted) endedAt[what] = sinceStart();
    else signal.addEventListener("abort", () => (endedAt[what] ??= sinceStart()));
  };
  /** A call that takes until its signal ends it. */
  const hang = (what: string, signal: AbortSignal) => {
    ends(what, signal);
    return new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const overrides: Partial<Ports> = {
    putEvents: (_entries, signal) => hang("outcomes", signal),
    sendDeadLetters: (_entries, signal) => hang("dead letters", signal),
    enqueue: (_entries, signal) => hang("messages", signal),
  };
  const { ports, clock } = makePorts(overrides);
  await clock.run(clock.sleep(60_000));
  const startedAt = clock.monotonic();
  const sinceStart = () => clock.monotonic() - startedAt;
  const work = async (invocation: Invocation) => {
    endedAt.lastStart = invocation.lastStartAt - startedAt;
    ends("requests", invocation.requestSignal);
    ends("all", invocation.signal);
    await Promise.allSettled([
      invocation.outcomes.put(outcome),
      invocation.sendDeadLetter(message),
      invocation.intentQueue.put(message),
      clock.sleep(timeLeftMs - 1, undefined),
    ]);
  };
  await clock.run(withInvocation("r-1", startedAt + timeLeftMs, ports, work));
  return { endedAt, sleeping: clock.sleeping };
}

it("an invocation ends each of its parts early enough for the next", async () => {
  assert.deepEqual((await endsIn(30_000)).endedAt, {
    lastStart: 25_500,
    requests: 27_000,
    outcomes: 28_000,
    "dead letters": 29_100,
    messages: 29_100,
    all: 29_600,
  });
});

it("an invocation with no time for a part ends it at once, and leaves nothing behind", async () => {
  const { endedAt, sleeping } = await endsIn(1_000);
  const { requests, all } = endedAt;
  assert.deepEqual({ requests, all, sleeping }, { requests: 0, all: 600, sleeping: 0 });
});

it("an invocation whose work ends early leaves nothing behind, and neither does one that throws", async () => {
  const { ports, clock } = makePorts();
  assert.equal(await clock.run(withInvocation("r-1", 30_000, ports, async () => "done")), "done");
  await clock.run(
    assert.rejects(
      withInvocation("r-1", 30_000, ports, async () => {
        throw new Error("a bug");
      }),
      { message: "a bug" },
    ),
  );
  assert.deepEqual([clock.sleeping, clock.monotonic()], [0, 0]);
});
