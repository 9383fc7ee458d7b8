import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SQSMessageAttribute } from "aws-lambda";
import { stringAttribute } from "../../test/makers.ts";
import { historyOfToken, readHistory } from "./history.ts";

const firstSentAt = "2026-11-24T09:00:00.000Z";
const at = Date.parse(firstSentAt);

describe("readHistory", () => {
  it("returns an empty history for a message without one", () => {
    assert.deepEqual(readHistory({ Other: stringAttribute("x") }), { effect: "none", replays: 0 });
  });

  it("reads the History of a replay", () => {
    const renewedAt = "2026-11-24T10:00:00Z";
    const History = stringAttribute({
      firstSentAt,
      effect: "none",
      replays: 2,
      lastReason: "NotAllowed",
      renewedAt,
    });
    assert.deepEqual(readHistory({ History }), {
      firstSentAt: at,
      renewedAt: Date.parse(renewedAt),
      effect: "none",
      replays: 2,
    });
  });

  it("believes an instant of 1970, which makes the message as old as it can be", () => {
    const History = stringAttribute({ firstSentAt: "1970-01-01T00:00:00Z", effect: "none", replays: 0 });
    assert.equal(readHistory({ History }).firstSentAt, 0);
  });

  it("reads the dead letter's Failure after SQS's own redrive, and counts that as a replay", () => {
    const Failure = stringAttribute({ message: "…", effect: "unknown", firstSentAt, replays: 1 });
    assert.deepEqual(readHistory({ FailureReason: stringAttribute("ConnectUnavailable"), Failure }), {
      firstSentAt: at,
      renewedAt: undefined,
      effect: "unknown",
      replays: 2,
    });
  });

  it("prefers History to Failure", () => {
    const History = stringAttribute({ firstSentAt, effect: "none", replays: 1 });
    const Failure = stringAttribute({ effect: "unknown", replays: 5 });
    assert.equal(readHistory({ History, Failure }).replays, 1);
  });

  for (const [name, value] of [
    ["not JSON", "{"],
    ["an empty text", ""],
    ["null", "null"],
    ["an array", "[]"],
    ["no effect", JSON.stringify({ firstSentAt, replays: 1 })],
    ["a number", "7"],
    ["a result, for which Connect was asked", JSON.stringify({ effect: "none", replays: 1, result: {} })],
    ["an effect that it does not know", JSON.stringify({ firstSentAt, effect: "certain", replays: 1 })],
    ["an instant that is none", JSON.stringify({ firstSentAt: "yesterday", effect: "none", replays: 1 })],
    ["an instant as a number", JSON.stringify({ firstSentAt: at, effect: "none", replays: 1 })],
    ["a renewal that is none", JSON.stringify({ firstSentAt, renewedAt: "now", effect: "none", replays: 1 })],
  ] as const) {
    it(`treats the effect as unknown if the history is broken: ${name}`, () => {
      const history = readHistory({ History: stringAttribute(value) });
      assert.equal(history.effect, "unknown");
      assert.equal(history.renewedAt, undefined);
      // Of SQS's own redrive, that it happened is known.
      const { replays } = readHistory({ Failure: stringAttribute(value) });
      assert.equal(replays, history.replays + 1);
    });
  }

  it("treats the effect as unknown if only the dead letter's reason is left", () => {
    assert.deepEqual(readHistory({ FailureReason: stringAttribute("InvalidRequest") }), {
      effect: "unknown",
      replays: 1,
    });
  });

  it("treats the effect as unknown if the attribute is binary", () => {
    const History: SQSMessageAttribute = {
      binaryValue: "e30=",
      stringListValues: [],
      binaryListValues: [],
      dataType: "Binary",
    };
    assert.equal(readHistory({ History }).effect, "unknown");
  });

  it("reads the attributes that did not fit, as far as a message could have them", () => {
    const whole = {
      text: { dataType: "String", stringValue: "x" },
      raw: { dataType: "Binary", binaryValue: "AA==" },
    };
    const others = { a: null, b: { stringValue: "x" }, c: { dataType: "String" }, d: "text" };
    const History = stringAttribute({ effect: "none", replays: 1, attributes: { ...whole, ...others } });
    assert.deepEqual(readHistory({ History }).attributes, whole);
  });

  it("knows that Connect did not find the intent, even if not when", () => {
    const notFoundAt = (value: unknown) =>
      readHistory({ History: stringAttribute({ effect: "none", replays: 0, notFoundAt: value }) }).notFoundAt;
    assert.deepEqual([notFoundAt(firstSentAt), notFoundAt("now"), notFoundAt(undefined)], [at, 0, undefined]);
  });

  it("ignores a count of replays that is not a whole number", () => {
    for (const replays of [-1, 1.5, "3", null, 1e300]) {
      const History = stringAttribute({ firstSentAt, effect: "none", replays });
      assert.equal(readHistory({ History }).replays, 0);
    }
  });
});

it("a result of another request says nothing of this one, except that Connect was asked", () => {
  const refusal = { reason: "InvalidRequest", message: "no" } as const;
  const result = { clientToken: "ct1-a", kind: "refused", refusal } as const;
  const history = { effect: "none", replays: 1, result } as const;
  assert.equal(historyOfToken(history, "ct1-a"), history);
  assert.deepEqual(historyOfToken(history, "ct1-b"), { effect: "unknown", replays: 1 });
});
