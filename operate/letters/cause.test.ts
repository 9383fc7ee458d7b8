import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ContactTransferFailed } from "../../events/generated/contact-transfer-failed.ts";
import { instanceArn, instanceId, makeEnvelope } from "../../test/makers.ts";
import { type LetterParts, makeFailure, makeLetter } from "../../test/operator/dead-letter-queues.ts";
import { causeOf } from "./cause.ts";
import { letterOfOutcome } from "./letter-of-outcome.ts";
import { readLetter } from "./read-letter.ts";

const instance = { id: instanceId, arn: instanceArn };
const instances = { byId: new Map([[instanceId, instance]]), defaultInstance: instance };
const at = Date.parse("2026-11-24T10:00:00Z");

function letterOf(parts: LetterParts) {
  const { MessageBody, MessageAttributes } = makeLetter(parts);
  return readLetter({ MessageId: "m", Body: MessageBody, MessageAttributes, Attributes: {} }, instances);
}

function causeOfLetter(parts: LetterParts) {
  const { id: _, ...cause } = causeOf(letterOf(parts));
  return cause;
}

const source = "com.example.orders";

describe("the cause of a dead letter", () => {
  it("is its reason, the name of the error, the destination and the producer", () => {
    const failure = makeFailure({ error: { name: "AccessDeniedException" } });
    const body = makeEnvelope({ queueId: `${instanceArn}/queue/q-1` }, { source });
    assert.deepEqual(causeOfLetter({ body, reason: "AccessDenied", failure }), {
      reason: "AccessDenied",
      detail: { kind: "error", name: "AccessDeniedException" },
      place: { kind: "queue", id: "q-1" },
      source,
    });
  });

  it("is the flow if the flow decides", () => {
    const body = makeEnvelope({ queueId: undefined, userId: undefined, contactFlowId: "flow-1" });
    assert.deepEqual(causeOfLetter({ body, reason: "NotAllowed" }).place, { kind: "flow", id: "flow-1" });
  });

  it("of an invalid intent is the first violation, wherever the contact was to go", () => {
    const failure = makeFailure({ violations: [{ path: "/detail/queueID", message: "wrong" }] });
    const causes = ["q-1", "q-2"].map((queueID) =>
      causeOfLetter({ body: makeEnvelope({ queueID }, { source }), reason: "InvalidIntent", failure }),
    );
    assert.deepEqual(causes[0], {
      reason: "InvalidIntent",
      detail: { kind: "violation", path: "/detail/queueID" },
      place: undefined,
      source,
    });
    assert.deepEqual(causes[0], causes[1]);
  });

  it("of what a rule could not deliver is the rule's error", () => {
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    const attributes = {
      RULE_ARN: text("arn:aws:events:us-east-1:1:rule/r"),
      ERROR_CODE: text("NO_PERMISSIONS"),
    };
    for (const body of [makeEnvelope({ queueId: "q-1" }), "not an intent"]) {
      const cause = causeOfLetter({ body, attributes });
      assert.deepEqual(cause.detail, { kind: "error", name: "NO_PERMISSIONS" });
    }
  });

  it("has an id that differs with each part, and is short", () => {
    const failure = makeFailure({ error: { name: "E" } });
    const parts: LetterParts[] = [
      { body: makeEnvelope({ queueId: "q" }, { source }), reason: "AccessDenied", failure },
      { body: makeEnvelope({ queueId: "q2" }, { source }), reason: "AccessDenied", failure },
      { body: makeEnvelope({ queueId: "q" }, { source: "other" }), reason: "AccessDenied", failure },
      { body: makeEnvelope({ queueId: "q" }, { source }), reason: "NotAllowed", failure },
      { body: makeEnvelope({ queueId: "q" }, { source }), reason: "AccessDenied" },
    ];
    const ids = parts.map((each) => causeOf(letterOf(each)).id);
    assert.equal(new Set(ids).size, parts.length);
    assert.match(ids[0] ?? "", /^[0-9a-f]{8}$/);
  });
});

describe("the dead letter of an outcome", () => {
  const outcome: ContactTransferFailed = {
    id: "event-9",
    source: "contact-transfer",
    "detail-type": "Contact Transfer Failed",
    resources: [],
    time: "2026-11-24T10:00:00Z",
    detail: {
      intentId: "order-1",
      clientToken: "ct1-token",
      request: { instanceId, contactId: "task-1", contactFlowId: "flow-1", queueId: "q-1" },
      messageId: "in-the-intent-queue",
      failure: {
        reason: "AccessDenied",
        message: "the role may not transfer",
        effect: "unknown",
        error: { name: "AccessDeniedException", httpStatus: 403 },
      },
      requestedBy: { source, eventId: "event-1" },
      metadata: { orderId: "4711" },
    },
  };

  it("has the request, the failure and the cause of the one in the queue", () => {
    const letter = letterOfOutcome(outcome, at, instances);
    const inQueue = letterOf({
      body: makeEnvelope({ queueId: "q-1" }, { source }),
      reason: "AccessDenied",
      failure: makeFailure({ error: { name: "AccessDeniedException", httpStatus: 403 } }),
    });
    assert.deepEqual(causeOf(letter), causeOf(inQueue));
    assert.equal(letter.messageId, "outcome.event-9");
    assert.equal(letter.message, "the role may not transfer");
    assert.equal(letter.groupKey, "ct1-token");
    assert.equal(letter.failedAt, at);
    assert.equal(letter.history.effect, "unknown");
    assert.ok(letter.reading.kind === "intent");
    assert.equal(letter.reading.intent.intentId, "order-1");
    assert.deepEqual(letter.reading.intent.metadata, { orderId: "4711" });
  });

  it("of an invalid intent has the violations and no request", () => {
    const violations: [{ path: string; message: string }] = [{ path: "/detail/queueID", message: "wrong" }];
    const failure = { reason: "InvalidIntent", message: "wrong", effect: "none", violations } as const;
    const letter = letterOfOutcome(
      { ...outcome, detail: { messageId: "m", failure, requestedBy: { source } } },
      at,
      instances,
    );
    assert.equal(letter.reading.kind, "other");
    const { id: _, ...cause } = causeOf(letter);
    assert.deepEqual(cause, {
      reason: "InvalidIntent",
      detail: { kind: "violation", path: "/detail/queueID" },
      place: undefined,
      source,
    });
  });
});
