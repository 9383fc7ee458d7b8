import assert from "node:assert/strict";
import { it } from "node:test";
import { makeEnvelope, makeRecord } from "../../test/makers.ts";
import { notFoundGraceLeftMs } from "./not-found-grace.ts";
import { fromSqsRecord } from "./record.ts";

const limits = { notFoundGraceMs: 10_000, maxIntentAgeMs: 60_000 };
const none = { effect: "none", replays: 0 } as const;
const now = 1_000_000;

/** What is left for an intent of this age. */
function leftAt(ageMs: number, more: { expiresAt?: number } = {}, history = none) {
  const record = fromSqsRecord(makeRecord(makeEnvelope(), { sentAt: now - ageMs }));
  return notFoundGraceLeftMs(more, record, history, limits, now);
}

it("the grace ends a while after the intent was requested", () => {
  assert.deepEqual(
    [0, 3_000, 9_999, 10_000, 20_000].map((ageMs) => leftAt(ageMs)),
    [10_000, 7_000, 1, 0, 0],
  );
});

it("a clock that was set back does not make it longer", () => {
  assert.equal(leftAt(-3_600_000), 10_000);
});

it("an intent that expires before its end has none, one that expires with it does", () => {
  assert.equal(leftAt(0, { expiresAt: now + 9_999 }), 0);
  assert.equal(leftAt(0, { expiresAt: now + 10_000 }), 10_000);
});

it("it is granted once", () => {
  assert.equal(leftAt(0, {}, { ...none, ...{ notFoundAt: 0 } }), 0);
});
