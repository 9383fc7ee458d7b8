import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RetriedIntent, Waiting } from "../checks/find-waiting.ts";
import { describeWaiting } from "./waiting.ts";

const now = Date.parse("2026-11-24T10:00:00Z");
const second = 1_000;

/** 1,200 intents at 2 per second: 10 minutes. */
function textOf({ limit = 20, ...more }: Partial<Waiting> & { readonly limit?: number } = {}): string {
  const { total = 1_200, transfersPerSecond = 2 } = more;
  const counts = { visible: total, inFlight: 0, delayed: 0, total, transfersPerSecond, isPaused: false };
  return describeWaiting(
    { ...counts, secondsAtPace: total / transfersPerSecond, ...more },
    now,
    limit,
    undefined,
  );
}

const retried = (nextAt?: number): RetriedIntent => ({
  intentId: "order-1",
  contactId: "task-1",
  reason: "AccessDenied",
  since: now - 120 * second,
  deliveries: 3,
  nextAt,
});
const log = { minutes: 15, endedPerSecond: 0, retried: [] };

describe("waiting estimates how long the queue takes", () => {
  it("at the pace of the deployment", () => {
    assert.equal(
      textOf(),
      "1200 intents are in the queue: 1200 ready, 0 in flight or waiting for their next delivery, 0 delayed. SQS's counts lag by a minute.\nAt 2 per second (transfersPerSecond) they take about 10m.",
    );
    assert.match(textOf({ total: 1, transfersPerSecond: 0.5 }), /^1 intent is in .*they take about 2s\.$/s);
  });

  it("from the end of a pause on", () => {
    assert.match(
      textOf({ isPaused: true }),
      /\nThe stack is paused \(paused=true\): nothing is transferred until it is resumed\.\nThen, at 2 per second \(transfersPerSecond\) they take about 10m\.$/,
    );
  });

  it("at the pace of the last minutes, if anything has ended in them", () => {
    const ended = { ...log, minutes: 3, endedPerSecond: 90 / 180 };
    assert.match(
      textOf({ log: ended }),
      /90 intents have ended in the last 3 minutes; at that rate the queue takes about 40m\.$/,
    );
    const one = { ...log, minutes: 1, endedPerSecond: 1 / 60 };
    assert.match(
      textOf({ total: 5, log: one }),
      /1 intent has ended in the last minute; at that rate the queue takes about 5m\.$/,
    );
    assert.match(textOf({ log }), /No intent has ended in the last 15 minutes\.$/);
  });

  it("and says that retries take longer, if one is not delivered before the rest is done", () => {
    const later = { ...log, retried: [retried(now + 601 * second)] };
    assert.match(
      textOf({ log: later }),
      /they take about 10m; retries take longer: the last is not delivered before 2026-11-24T10:10:01Z\./,
    );
    const sooner = { ...log, retried: [retried(now + 599 * second), retried()] };
    assert.match(textOf({ log: sooner }), /they take about 10m\.$/m);
  });

  it("not at all for an empty queue", () => {
    const ended = { ...log, endedPerSecond: 90 / 900 };
    assert.equal(
      textOf({ total: 0, log: ended }),
      "The intent queue is empty. SQS's counts lag by a minute.\n90 intents have ended in the last 15 minutes.",
    );
  });
});

it("waiting counts more retried intents than a call has room for arguments", () => {
  const text = textOf({ limit: 1, log: { ...log, retried: Array(200_000).fill(retried(now + second)) } });
  assert.match(text, /the longest first: 200000 AccessDenied\./);
});

it("waiting lists at most --limit intents, and says how many more there are", () => {
  const text = textOf({ limit: 1, log: { ...log, retried: [retried(now + second), retried(), retried()] } });
  assert.match(text, /knows these, the longest first: 3 AccessDenied\.\n {2}AccessDenied: Connect denied/);
  assert.match(text, /and 2 more \(--limit, --json\)$/);
});
