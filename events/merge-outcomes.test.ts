import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { failedDetailType, succeededDetailType } from "./detail-types.ts";
import { mergeOutcomes, type Outcome } from "./merge-outcomes.ts";

const request = { instanceId: "i", contactId: "c", contactFlowId: "f" };
const clientToken = "ct1-token";
const envelope = { source: "contact-transfer", resources: [] };

function succeeded(receiveCount: number, id = "a"): Outcome {
  const response = { contactId: "new", contactArn: "arn", evidence: "answered", httpStatus: 200 } as const;
  return {
    ...envelope,
    id,
    "detail-type": succeededDetailType,
    detail: { intentId: "i", clientToken, request, response, receiveCount },
  };
}

function failed(effect: "none" | "unknown", receiveCount: number, id = "a"): Outcome {
  return {
    ...envelope,
    id,
    "detail-type": failedDetailType,
    detail: { clientToken, failure: { reason: "InvalidRequest", message: "…", effect }, receiveCount },
  };
}

const arbitraryOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.tuple(fc.nat(2), fc.constantFrom("a", "b")).map(([count, id]) => succeeded(count, id)),
  fc
    .tuple(fc.constantFrom("none" as const, "unknown" as const), fc.nat(2), fc.constantFrom("a", "b"))
    .map(([effect, count, id]) => failed(effect, count, id)),
);

describe("mergeOutcomes", () => {
  it("prefers Succeeded, whichever came first", () => {
    assert.deepEqual(mergeOutcomes(failed("unknown", 1), succeeded(2)), succeeded(2));
    assert.deepEqual(mergeOutcomes(succeeded(2), failed("unknown", 1)), succeeded(2));
  });

  it("keeps the least certain effect of two failures", () => {
    assert.deepEqual(mergeOutcomes(failed("none", 1), failed("unknown", 2)), failed("unknown", 2));
  });

  it("prefers any other outcome to that of a shadow", () => {
    const { detail, ...success } = succeeded(1);
    const shadow = { ...success, detail: { ...detail, shadow: true } } as Outcome;
    assert.deepEqual(mergeOutcomes(shadow, failed("none", 1)), failed("none", 1));
    assert.deepEqual(mergeOutcomes(shadow, shadow), shadow);
  });

  it("is commutative, associative and idempotent", () => {
    fc.assert(
      fc.property(arbitraryOutcome, arbitraryOutcome, arbitraryOutcome, (a, b, c) => {
        assert.deepEqual(mergeOutcomes(a, a), a);
        assert.deepEqual(mergeOutcomes(a, b), mergeOutcomes(b, a));
        assert.deepEqual(mergeOutcomes(a, mergeOutcomes(b, c)), mergeOutcomes(mergeOutcomes(a, b), c));
      }),
      { numRuns: 2_000 },
    );
  });

  it("does not depend on the order of members", () => {
    const a = failed("none", 1);
    const reversed = Object.fromEntries(Object.entries(a).reverse()) as unknown as Outcome;
    assert.deepEqual(mergeOutcomes(a, reversed), a);
  });

  it("matches outcomes of an unreadable intent by messageId", () => {
    const unread = (messageId: string): Outcome => ({
      ...envelope,
      "detail-type": failedDetailType,
      detail: { messageId, failure: { reason: "InvalidIntent", message: "…", effect: "none" } },
    });
    assert.deepEqual(mergeOutcomes(unread("m"), unread("m")), unread("m"));
    assert.throws(() => mergeOutcomes(unread("m"), unread("n")), RangeError);
  });

  it("rejects outcomes of different intents", () => {
    const other = {
      ...succeeded(1),
      detail: { ...succeeded(1).detail, clientToken: "ct1-other" },
    } as Outcome;
    assert.throws(() => mergeOutcomes(succeeded(1), other), {
      name: "RangeError",
      message: "Outcomes of different intents cannot be merged: ct1-token and ct1-other.",
    });
  });
});
