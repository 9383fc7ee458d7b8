import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instanceId, makeRecord } from "../../test/makers.ts";
import { checkAge, expiryOf } from "./age.ts";
import type { History } from "./history.ts";
import type { Intent } from "./intent.ts";
import { fromSqsRecord } from "./record.ts";

const hour = 3_600_000;
const now = Date.parse("2026-11-24T10:00:00Z");
const maxIntentAgeMs = 24 * hour;
const noHistory: History = { effect: "none", replays: 0 };

/** Hours before `now`, and milliseconds until `expiresAt`. */
interface Ages {
  readonly time?: number;
  readonly sent?: number;
  readonly firstSent?: number;
  readonly renewed?: number;
  readonly expiresIn?: number;
}

function delivered({ time, sent = 0, firstSent, renewed, expiresIn }: Ages) {
  const ago = (hours: number | undefined) => (hours === undefined ? undefined : now - hours * hour);
  const intent: Intent = {
    intentId: "i",
    instanceId,
    contactId: "c",
    contactFlowId: "f",
    destination: { kind: "flow" },
    time: ago(time),
    expiresAt: expiresIn === undefined ? undefined : now + expiresIn,
  };
  const record = fromSqsRecord(makeRecord({}, { sentAt: now - sent * hour }));
  const history = { ...noHistory, firstSentAt: ago(firstSent), renewedAt: ago(renewed) };
  return { intent, record, history };
}

/** Why an intent is too old at `now`; undefined if it is fresh. */
function reasonOf(ages: Ages): string | undefined {
  const { intent, record, history } = delivered(ages);
  return checkAge(intent, record, history, maxIntentAgeMs, now)?.message;
}

const old = (from: string, origin: string) =>
  `the intent is older than 86400 s; its age counts from ${from}, ${origin}`;

describe("checkAge", () => {
  it("accepts an intent of the maximum age, and rejects an older one", () => {
    assert.equal(reasonOf({ sent: 24 }), undefined);
    assert.equal(reasonOf({ sent: 24.001 }), old("2026-11-23T09:59:56.400Z", "the message's sent time"));
  });

  it("counts the age from the earliest of the times, and names it", () => {
    assert.equal(
      reasonOf({ time: 30, sent: 1, firstSent: 2 }),
      old("2026-11-23T04:00:00.000Z", "the envelope's time"),
    );
    assert.equal(
      reasonOf({ time: 1, sent: 1, firstSent: 48 }),
      old("2026-11-22T10:00:00.000Z", "the firstSentAt of its history"),
    );
    assert.equal(
      reasonOf({ time: 25, sent: 25, firstSent: 25 }),
      old("2026-11-23T09:00:00.000Z", "the envelope's time"),
    );
  });

  it("does not make an intent younger because of a time in the future", () => {
    assert.equal(
      reasonOf({ time: -100, sent: 25 }),
      old("2026-11-23T09:00:00.000Z", "the message's sent time"),
    );
  });

  it("accepts an intent at its expiresAt, and rejects it afterwards, however new it is", () => {
    assert.equal(reasonOf({ expiresIn: 0 }), undefined);
    assert.equal(
      reasonOf({ expiresIn: -1 }),
      "the intent must not be transferred after 2026-11-24T09:59:59.999Z (detail/expiresAt)",
    );
  });

  it("counts a renewed intent's age from the renewal, up to 6 days after it was first sent", () => {
    assert.equal(reasonOf({ time: 100, firstSent: 100, renewed: 1 }), undefined);
    assert.equal(
      reasonOf({ firstSent: 100, renewed: 25 }),
      old("2026-11-23T09:00:00.000Z", "the renewal in its history"),
    );
    assert.equal(reasonOf({ firstSent: 144, renewed: 0 }), undefined);
    assert.equal(
      reasonOf({ firstSent: 145, renewed: 0 }),
      "a renewed intent expires 6 days after it was first sent, at 2026-11-18T09:00:00.000Z",
    );
  });

  it("does not let a renewal override expiresAt", () => {
    assert.notEqual(reasonOf({ firstSent: 1, renewed: 0, expiresIn: -1 }), undefined);
  });

  it("treats an event without a time as new", () => {
    const intent: Intent = {
      intentId: "i",
      instanceId,
      contactId: "c",
      contactFlowId: "f",
      destination: { kind: "flow" },
    };
    assert.equal(checkAge(intent, { body: "", attributes: {} }, noHistory, maxIntentAgeMs, now), undefined);
  });
});

describe("expiryOf", () => {
  const cases: Readonly<Record<string, Ages>> = {
    "of the message's sent time": { sent: 1 },
    "of the envelope's time": { time: 2, sent: 1 },
    "of an earlier life": { sent: 1, firstSent: 3 },
    "of its renewal": { sent: 1, firstSent: 3, renewed: 0.5 },
    "of its first sending, though it was renewed": { firstSent: 140, renewed: 1 },
    "of its expiresAt": { sent: 1, expiresIn: 60_000 },
  };
  for (const [name, ages] of Object.entries(cases)) {
    it(`is the last instant at which checkAge accepts the intent: because ${name}`, () => {
      const { intent, record, history } = delivered(ages);
      const expiresAt = expiryOf(intent, record, history, maxIntentAgeMs);
      const isTooOld = (at: number) => checkAge(intent, record, history, maxIntentAgeMs, at) !== undefined;
      assert.deepEqual([isTooOld(expiresAt), isTooOld(expiresAt + 1)], [false, true]);
    });
  }

  it("never comes for an event without a time", () => {
    const { intent, history } = delivered({});
    const record = { body: "", attributes: {} };
    assert.equal(expiryOf(intent, record, history, maxIntentAgeMs), Number.POSITIVE_INFINITY);
  });
});
