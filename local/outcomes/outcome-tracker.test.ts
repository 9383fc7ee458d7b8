import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failedDetailType, succeededDetailType } from "../../events/detail-types.ts";
import type { EventBridgeEvent } from "../../infra/eventbridge/event.ts";
import type { TestEvent } from "../input/test-event.ts";
import { type Ending, OutcomeTracker } from "./outcome-tracker.ts";

function makeTestEvent(name: string): TestEvent {
  return { name, expected: { outcome: "succeeded" }, content: { kind: "message", body: "{}" } };
}

function makeOutcomeEvent(detailType: string, detail: Record<string, unknown>): EventBridgeEvent {
  return {
    version: "0",
    id: "outcome",
    "detail-type": detailType,
    source: "contact-transfer",
    account: "000000000000",
    time: "2026-11-24T10:00:00Z",
    region: "us-east-1",
    resources: [],
    detail,
  };
}

const succeeded = (intentId: string) =>
  makeOutcomeEvent(succeededDetailType, { intentId, response: { contactId: "new" } });
const failed = (ids: { intentId?: string; messageId?: string }) =>
  makeOutcomeEvent(failedDetailType, {
    ...ids,
    failure: { reason: "InvalidIntent", message: "wrong" },
  });

function startTracking() {
  const ends: [string, Ending | undefined][] = [];
  const tracker = new OutcomeTracker(({ testEvent, ending }) => ends.push([testEvent.name, ending]));
  const sent = (name: string, as: Parameters<OutcomeTracker["sent"]>[1]) =>
    tracker.sent(makeTestEvent(name), as, performance.now());
  return { tracker, ends, sent };
}

const success: Ending = { kind: "succeeded", newContactId: "new" };
const failure: Ending = { kind: "failed", reason: "InvalidIntent", message: "wrong" };

describe("an outcome is matched with its event", () => {
  it("by the intentId", () => {
    const { tracker, ends, sent } = startTracking();
    sent("a", { eventId: "e1", intentId: "order-1" });
    sent("b", { eventId: "e2", intentId: "e2" });
    tracker.onEvent(succeeded("e2"));
    tracker.onEvent(succeeded("order-1"));
    assert.deepEqual(ends, [
      ["b", success],
      ["a", success],
    ]);
  });

  it("by the message id of the rule's delivery, if the intent is invalid", () => {
    const { tracker, ends, sent } = startTracking();
    sent("a", { eventId: "e1", intentId: "e1" });
    tracker.onDelivery({ eventId: "e1", kind: "queued", messageId: "m1" });
    tracker.onEvent(failed({ messageId: "m1" }));
    assert.deepEqual(ends, [["a", failure]]);
  });

  it("by the message id of an envelope sent straight to the queue", () => {
    const { tracker, ends, sent } = startTracking();
    sent("a", { messageId: "m1" });
    tracker.onEvent(failed({ messageId: "m1" }));
    assert.deepEqual(ends, [["a", failure]]);
  });

  it("even if it arrives before the sender's response", () => {
    const { tracker, ends, sent } = startTracking();
    tracker.onEvent(succeeded("e1"));
    sent("a", { eventId: "e1", intentId: "e1" });
    assert.deepEqual(ends, [["a", success]]);
  });

  it("once per duplicate; a second copy changes nothing", () => {
    const { tracker, ends, sent } = startTracking();
    sent("a", { eventId: "e1", intentId: "order-1" });
    sent("b", { eventId: "e2", intentId: "order-1" });
    for (let copy = 0; copy < 3; copy++) tracker.onEvent(succeeded("order-1"));
    assert.deepEqual(ends, [
      ["a", success],
      ["b", success],
    ]);
  });
});

describe("the result is none for", () => {
  it("an event that no rule matches, once the bus is idle", () => {
    const { tracker, ends, sent } = startTracking();
    sent("a", { eventId: "e1", intentId: "e1" });
    assert.deepEqual(ends, []);
    tracker.complete();
    assert.deepEqual(ends, [["a", { kind: "none", why: "no rule takes it" }]]);
  });

  it("an event that the rule could not deliver", () => {
    const { tracker, ends, sent } = startTracking();
    sent("a", { eventId: "e1", intentId: "e1" });
    tracker.onDelivery({ eventId: "e1", kind: "undeliverable", errorMessage: "too long" });
    tracker.complete();
    assert.deepEqual(ends, [["a", { kind: "none", why: "the rule could not deliver it: too long" }]]);
  });

  it("an event that was rejected", () => {
    const { ends, sent } = startTracking();
    sent("a", { refusal: "EventBridge rejected it" });
    assert.deepEqual(ends, [["a", { kind: "none", why: "EventBridge rejected it" }]]);
  });
});

it("an outcome of an event whose result was none is reported", () => {
  const { tracker, ends, sent } = startTracking();
  sent("a", { eventId: "e1", intentId: "e1" });
  tracker.complete();
  tracker.onEvent(succeeded("e1"));
  assert.deepEqual(tracker.results[0]?.ending, success);
  assert.equal(ends.length, 2);
});

it("a retried delivery counts for its event, with the last reason", () => {
  const { tracker, sent } = startTracking();
  sent("a", { messageId: "m1" });
  tracker.onRetry({ messageId: "m1", reason: "AccessDenied" });
  tracker.onRetry({ messageId: "m1", reason: "Throttled" });
  tracker.onRetry({ messageId: "m2", reason: "AccessDenied" });
  assert.deepEqual(tracker.results[0]?.retried, { reason: "Throttled", times: 2 });
});

it("the tracker has ended when its last event has", async () => {
  const { tracker, sent } = startTracking();
  let allEnded = false;
  const whenAllEnded = tracker.allEnded().then(() => {
    allEnded = true;
  });
  sent("a", { messageId: "m1", intentId: "i1" });
  tracker.complete();
  await Promise.resolve();
  assert.equal(allEnded, false);
  tracker.onEvent(succeeded("i1"));
  await whenAllEnded;
});
