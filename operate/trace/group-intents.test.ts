import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Outcome } from "../../events/merge-outcomes.ts";
import type { Delivery } from "../aws/function-log.ts";
import { groupIntents } from "./group-intents.ts";
import type { Trace } from "./trace.ts";

const at = Date.parse("2026-11-24T10:00:00Z");
const retry = (seconds: number, overrides: Partial<Delivery> = {}): Delivery => ({
  at: at + seconds * 1000,
  status: "retry",
  reason: "AccessDenied",
  error: "AccessDeniedException",
  clientToken: "ct1-a",
  nextAt: at + (seconds + 20) * 1000,
  ...overrides,
});

/** A Failed outcome as the log has it; only what the grouping reads. */
function failed(seconds: number, detail: object = { clientToken: "ct1-a" }): Outcome {
  const time = new Date(at + seconds * 1000).toISOString();
  const failure = { reason: "AccessDenied", message: "no", effect: "none" };
  const event = { id: `event-${seconds}`, "detail-type": "Contact Transfer Failed", time };
  return JSON.parse(JSON.stringify({ ...event, detail: { failure, ...detail } }));
}

function stateOf(trace: Partial<Trace>) {
  const intents = groupIntents({ outcomes: [], letters: [], deliveries: [], ...trace });
  assert.equal(intents.length, 1);
  return intents[0]?.state;
}

describe("the state of an intent is", () => {
  it("retrying, from the first retry on, with the last reason and the next delivery", () => {
    assert.deepEqual(stateOf({ deliveries: [retry(0), retry(20, { reason: "ConnectUnavailable" })] }), {
      kind: "retrying",
      reason: "ConnectUnavailable",
      error: "AccessDeniedException",
      since: at,
      deliveries: 2,
      nextAt: at + 40_000,
    });
  });

  for (const reason of ["WaitsForSlot", "Throttled"]) {
    it(`waiting after ${reason}`, () =>
      assert.equal(stateOf({ deliveries: [retry(0, { reason })] })?.kind, "waiting"));
  }

  it("failed after retries, even if the log has them in one second", () => {
    assert.deepEqual(stateOf({ outcomes: [failed(20)], deliveries: [retry(0), retry(20)] }), {
      kind: "failed",
      isDeadLettered: false,
    });
  });

  it("retrying again after a replay, since the replay", () => {
    const state = stateOf({ outcomes: [failed(20)], deliveries: [retry(0), retry(60), retry(80)] });
    assert.deepEqual([state?.kind, state && "since" in state && state.since], ["retrying", at + 60_000]);
  });

  it("ended if the function's log is ahead of the outcome log", () => {
    assert.deepEqual(stateOf({ deliveries: [retry(0), { ...retry(20), status: "succeeded" }] }), {
      kind: "ended",
      status: "succeeded",
    });
  });
});

it("two requests of one intentId are two intents", () => {
  const deliveries = [retry(0), retry(1, { clientToken: "ct1-b" })];
  const intents = groupIntents({ outcomes: [], letters: [], deliveries });
  assert.deepEqual(
    intents.map(({ key }) => key),
    ["ct1-a", "ct1-b"],
  );
});

it("a delivery without a token belongs to the outcome of its message", () => {
  const outcomes = [failed(0, { intentId: "order-1", messageId: "m-1" })];
  const deliveries = [retry(0, { status: "failed", clientToken: undefined, messageId: "m-1" })];
  const intents = groupIntents({ outcomes, letters: [], deliveries });
  assert.deepEqual(
    intents.map(({ key }) => key),
    ["order-1"],
  );
});
