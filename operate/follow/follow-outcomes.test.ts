import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Outcome } from "../../events/merge-outcomes.ts";
import { type FollowOutcomesDeps, followOutcomes } from "./follow-outcomes.ts";
import type { ReplayedResult } from "./follow-queue.ts";

const replayedAt = Date.parse("2026-11-24T10:00:00Z");

/** A replayed message; only what following reads. */
function replayed(messageId: string, facts: object = {}): ReplayedResult {
  const known = { clientToken: `ct1-${messageId}`, intentId: `order-${messageId}`, ...facts };
  return JSON.parse(JSON.stringify({ kind: "replayed", messageId, replayedAt, facts: known }));
}

/** An outcome as the log has it; only what following reads. */
function outcome(detail: object, time?: string): Outcome {
  return JSON.parse(JSON.stringify({ detail, time }));
}

const response = { contactId: "new" };
const succeeded = (id: string, more: object = {}) =>
  outcome({ clientToken: `ct1-${id}`, intentId: `order-${id}`, response, ...more });
const failed = (messageId: string, more: object = {}, time?: string) =>
  outcome(
    { messageId, failure: { reason: "InvalidRequest", message: "The contact is not active" }, ...more },
    time,
  );

interface Scene extends Partial<FollowOutcomesDeps> {
  /** What each reading of the log returns, or throws. */
  readonly readings: readonly (readonly Outcome[] | Error)[];
  /** How many messages each count of the intent queue finds; the last one stays. */
  readonly counts?: readonly number[];
}

/** Follows three messages on a clock that sleeping alone moves. */
async function follow(
  { readings, counts = [3], ...deps }: Scene,
  those = ["a", "b", "c"].map((id) => replayed(id)),
) {
  let now = replayedAt;
  let reading = 0;
  let counting = 0;
  const followed = await followOutcomes(those, {
    async readOutcomes() {
      const next = readings[reading++] ?? [];
      if (next instanceof Error) throw next;
      return next;
    },
    async countIntents() {
      const visible = counts[Math.min(counting++, counts.length - 1)] ?? 0;
      return { visible, inFlight: 0, delayed: 0, retentionMs: 0 };
    },
    clock: {
      now: () => now,
      monotonic: () => now,
      async sleep(ms) {
        now += ms;
      },
    },
    everyMs: 2_000,
    timeoutMs: 600_000,
    signal: new AbortController().signal,
    ...deps,
  });
  const { open, failedAgain, ...rest } = followed;
  return {
    ...rest,
    failedAgain: failedAgain.map(({ newMessageId, reason }) => [newMessageId, reason]),
    open: open.map(({ messageId }) => messageId),
    tookMs: now - replayedAt,
  };
}

describe("following by outcomes", () => {
  it("ends when each message has its outcome, though live intents keep the queue full", async () => {
    const readings = [[succeeded("a")], [succeeded("other")], [failed("b"), succeeded("c")]];
    assert.deepEqual(await follow({ readings }), {
      by: "outcomes",
      transferred: 2,
      shadowed: 0,
      failedAgain: [["b", "InvalidRequest"]],
      open: [],
      isDrained: false,
      tookMs: 4_000,
    });
  });

  it("does not take a failure before the replay for one after it", async () => {
    const { failedAgain, open } = await follow({
      readings: [[failed("before", { clientToken: "ct1-a" }, "2026-11-24T09:59:59Z")]],
      timeoutMs: 1,
    });
    assert.deepEqual([failedAgain, open], [[], ["a", "b", "c"]]);
  });

  it("knows a failure of the message that the function has sent in the place of the replayed one", async () => {
    const { failedAgain, open } = await follow({
      readings: [[failed("enqueued", { clientToken: "ct1-b" }, "2026-11-24T10:00:09Z")]],
      timeoutMs: 1,
    });
    assert.deepEqual(failedAgain, [["b", "InvalidRequest"]]);
    assert.deepEqual(open, ["a", "c"]);
  });

  it("counts a success that follows a failure of the same token, whichever copy made it", async () => {
    const { transferred, failedAgain } = await follow({
      readings: [[failed("a"), succeeded("a"), succeeded("a"), succeeded("b"), failed("b"), succeeded("c")]],
    });
    assert.deepEqual([transferred, failedAgain], [3, []]);
  });

  it("counts a success for each message of its token", async () => {
    const those = ["a", "b"].map((id) => replayed(id, { clientToken: "ct1-same" }));
    const { transferred, open } = await follow({ readings: [[succeeded("same")]] }, those);
    assert.deepEqual([transferred, open], [2, []]);
  });

  it("knows a success by its intentId if only the function knows the token", async () => {
    const { transferred } = await follow({ readings: [[succeeded("a")]] }, [
      replayed("a", { clientToken: undefined }),
    ]);
    assert.equal(transferred, 1);
  });

  it("does not call a shadow's success a transfer", async () => {
    const { transferred, shadowed } = await follow({ readings: [[succeeded("a", { shadow: true })]] }, [
      replayed("a"),
    ]);
    assert.deepEqual([transferred, shadowed], [0, 1]);
  });

  it("ends with what is open when the queue is empty and no outcome comes any more", async () => {
    const { open, isDrained, tookMs } = await follow({ readings: [], counts: [1, 1, 0] });
    assert.deepEqual([open, isDrained, tookMs], [["a", "b", "c"], true, 64_000]);
  });

  it("follows more messages than a call has room for arguments", async () => {
    const those = Array.from({ length: 200_000 }, (_, index) => replayed(String(index)));
    const { open } = await follow({ readings: [], signal: AbortSignal.abort() }, those);
    assert.equal(open.length, those.length);
  });

  it("ends at its timeout, and after Ctrl-C with what the log has", async () => {
    assert.equal((await follow({ readings: [] })).tookMs, 600_000);
    const { transferred, tookMs } = await follow({
      readings: [[succeeded("a")]],
      signal: AbortSignal.abort(),
    });
    assert.deepEqual([transferred, tookMs], [1, 0]);
  });

  it("reads the log again after a throttled call, and from the same instant on", async () => {
    const since: number[] = [];
    const throttled = Object.assign(new Error("slow"), { name: "ThrottlingException" });
    let calls = 0;
    const { transferred } = await follow(
      {
        readings: [],
        async readOutcomes(from) {
          since.push(from);
          if (++calls <= 2) throw throttled;
          return [succeeded("a")];
        },
      },
      [replayed("a")],
    );
    assert.deepEqual([transferred, new Set(since).size], [1, 1]);
  });
});
