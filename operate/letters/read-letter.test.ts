import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@aws-sdk/client-sqs";
import type { SQSMessageAttributes } from "aws-lambda";
import { deriveClientToken } from "../../lambda/intake/client-token.ts";
import { deadLetter } from "../../lambda/settle/dead-letter.ts";
import { instanceArn, instanceId, makeEnvelope, stringAttribute } from "../../test/makers.ts";
import {
  hoursAgo,
  type LetterParts,
  makeFailure,
  makeLetter,
} from "../../test/operator/dead-letter-queues.ts";
import { readLetter } from "./read-letter.ts";

const instance = { id: instanceId, arn: instanceArn };
const instances = { byId: new Map([[instanceId, instance]]), defaultInstance: instance };
const sentAt = Date.parse("2026-11-24T10:00:00Z");

function read(parts: LetterParts, system: Record<string, string> = {}) {
  const { MessageBody, MessageAttributes } = makeLetter(parts);
  const message: Message = {
    MessageId: "message-1",
    Body: MessageBody,
    MessageAttributes,
    Attributes: { SentTimestamp: String(sentAt), ...system },
  };
  return readLetter(message, instances);
}

function text(value: string) {
  return { DataType: "String", StringValue: value };
}

describe("a dead letter of the function", () => {
  it("shows its failure, its intent and its history", () => {
    const firstSentAt = hoursAgo(3);
    const letter = read({
      reason: "AccessDenied",
      failure: makeFailure({
        firstSentAt,
        failedAt: "2026-11-24T09:59:00Z",
        clientToken: "ct1-token",
        intentId: "event-1",
        replays: 2,
        violations: [{ path: "/detail/x", message: "wrong" }, "broken"],
        moreViolations: 3,
        error: { name: "AccessDeniedException", httpStatus: 403 },
      }),
    });
    assert.equal(letter.reason, "AccessDenied");
    assert.equal(letter.message, "the role may not transfer");
    assert.equal(letter.failedAt, Date.parse("2026-11-24T09:59:00Z"));
    assert.equal(letter.groupKey, "ct1-token");
    assert.ok(letter.origin.kind === "function" && letter.origin.failure);
    assert.deepEqual(letter.origin.failure.violations, [{ path: "/detail/x", message: "wrong" }]);
    assert.equal(letter.origin.failure.moreViolations, 3);
    assert.equal(letter.origin.failure.error?.name, "AccessDeniedException");
    assert.ok(letter.reading.kind === "intent");
    assert.equal(letter.reading.intent.contactId, "task-1");
    assert.deepEqual(letter.history, {
      firstSentAt: Math.min(sentAt, Date.parse(firstSentAt)),
      renewedAt: undefined,
      effect: "none",
      replays: 2,
    });
  });

  it("without a Failure has its reason, and an unknown effect", () => {
    const letter = read({ reason: "InvalidRequest" });
    assert.equal(letter.reason, "InvalidRequest");
    assert.deepEqual(letter.history, {
      firstSentAt: sentAt,
      effect: "unknown",
      replays: 0,
    });
  });

  it("with a Failure that cannot be read has an unknown effect", () => {
    assert.equal(read({ reason: "InvalidRequest", failure: "{broken" }).history.effect, "unknown");
  });

  it("can be read exactly as the function writes it", () => {
    const readAt = "2026-11-24T10:00:00Z";
    const resolution = {
      found: "elsewhere",
      by: "unproven",
      contactId: "c-2",
      queueId: "q",
      readAt,
    } as const;
    const own: SQSMessageAttributes = { own: stringAttribute("ünïcode 🚚") };
    const written = deadLetter(
      { body: JSON.stringify(makeEnvelope()), attributes: own },
      { reason: "AccessDenied", message: "verboten: ü", effect: "none" },
      { history: { effect: "none", replays: 0 }, resolution, failedAt: sentAt, requestId: "r" },
    );
    const letter = readLetter(
      { Body: written.MessageBody, MessageAttributes: written.MessageAttributes, Attributes: {} },
      instances,
    );
    assert.equal(letter.message, "verboten: ü");
    assert.equal(letter.failedAt, sentAt);
    assert.ok(letter.origin.kind === "function");
    assert.deepEqual(JSON.parse(JSON.stringify(letter.origin.failure?.resolution)), resolution);
  });

  it("keeps of a resolution only what can be read", () => {
    const resolutionIn = (value: unknown) => {
      const { origin } = read({ reason: "InvalidRequest", failure: JSON.stringify({ resolution: value }) });
      assert.ok(origin.kind === "function");
      return origin.failure?.resolution;
    };
    assert.equal(resolutionIn("moved"), undefined);
    assert.equal(resolutionIn({ found: "perhaps", readAt: "2026-11-24T10:00:00Z" }), undefined);
    assert.equal(resolutionIn({ found: "moved" }), undefined);
    const readAt = "2026-11-24T10:00:00Z";
    const odd = { found: "several", by: "nobody", contactIds: ["c-2", 3], why: {}, readAt };
    assert.deepEqual(JSON.parse(JSON.stringify(resolutionIn(odd))), {
      found: "several",
      contactIds: ["c-2"],
      readAt,
    });
  });
});

describe("a message without a reason", () => {
  it("may have had an effect: SQS moved it after many receives", () => {
    const letter = read({});
    assert.equal(letter.reason, "NoReason");
    assert.deepEqual(letter.history, { firstSentAt: sentAt, effect: "unknown", replays: 0 });
    assert.ok(letter.reading.kind === "intent");
    assert.equal(letter.groupKey, deriveClientToken(letter.reading.intent));
  });

  it("that was replayed before keeps that history", () => {
    const firstSentAt = "2026-11-23T10:00:00Z";
    const renewedAt = "2026-11-24T09:00:00Z";
    const letter = read({ history: { firstSentAt, renewedAt, effect: "none", replays: 2 } });
    assert.deepEqual(letter.history, {
      firstSentAt: Date.parse(firstSentAt),
      renewedAt: Date.parse(renewedAt),
      effect: "unknown",
      replays: 2,
    });
  });

  it("that SQS moved after its own redrive counts that as a replay, whatever the old Failure says", () => {
    const letter = read(
      { reason: "AccessDenied", failure: makeFailure({ replays: 1 }) },
      { DeadLetterQueueSourceArn: "arn:aws:sqs:us-east-1:111122223333:intents" },
    );
    assert.equal(letter.reason, "NoReason");
    assert.equal(letter.history.replays, 2);
    assert.equal(letter.history.effect, "unknown");
  });
});

it("a rule's undeliverable event shows the rule and the error, and had no effect", () => {
  const letter = read({
    attributes: {
      RULE_ARN: text("arn:aws:events:us-east-1:111122223333:rule/r"),
      TARGET_ARN: text("arn:aws:sqs:us-east-1:111122223333:intents"),
      ERROR_CODE: text("NO_PERMISSIONS"),
      ERROR_MESSAGE: text("not authorized"),
      RETRY_ATTEMPTS: text("0"),
    },
  });
  assert.equal(letter.reason, "NotDelivered");
  assert.equal(letter.message, "NO_PERMISSIONS: not authorized");
  assert.equal(letter.history.effect, "none");
  assert.equal(letter.reading.kind, "intent");
});

for (const [what, target] of [
  ["the outcome log", "arn:aws:logs:us-east-1:111122223333:log-group:outcomes"],
  ["a producer's bus", "arn:aws:events:us-east-1:444455556666:event-bus/orders"],
] as const) {
  it(`an outcome that ${what} did not accept is no intent, whatever its body is`, () => {
    const letter = read({
      attributes: {
        RULE_ARN: text("arn:aws:events:us-east-1:111122223333:rule/outcomes"),
        TARGET_ARN: text(target),
        ERROR_CODE: text("NO_PERMISSIONS"),
      },
    });
    assert.equal(letter.reason, "OutcomeNotDelivered");
    assert.equal(letter.origin.kind, "outcome");
    assert.equal(letter.history.effect, "none");
  });
}

describe("a failed asynchronous invocation", () => {
  it("is recognized by Lambda's attributes", () => {
    const letter = read({
      attributes: {
        RequestID: text("request-1"),
        ErrorCode: { DataType: "Number", StringValue: "200" },
        ErrorMessage: text("RetryEventError"),
      },
    });
    assert.equal(letter.reason, "InvocationFailed");
    assert.equal(letter.message, "200: RetryEventError");
    assert.equal(letter.history.effect, "unknown");
    assert.equal(letter.reading.kind, "intent");
  });

  it("in a destination record is the event inside it, with the record's age", () => {
    const requestPayload = makeEnvelope();
    const record = {
      version: "1.0",
      timestamp: "2026-11-24T09:00:00.000Z",
      requestContext: { requestId: "r-1", functionArn: "arn", condition: "RetriesExhausted" },
      requestPayload,
      responsePayload: { errorType: "RetryEventError", errorMessage: "not finished" },
    };
    const letter = read({ body: record });
    assert.equal(letter.reason, "InvocationFailed");
    assert.equal(letter.message, "RetriesExhausted: RetryEventError: not finished");
    assert.equal(letter.intentBody, JSON.stringify(requestPayload));
    assert.equal(letter.reading.kind, "intent");
    assert.equal(letter.history.firstSentAt, Date.parse("2026-11-24T09:00:00Z"));
  });
});

it("a record of the custom event bus names its events", () => {
  const letter = read({
    body: {
      version: "1.0",
      errorCode: "ACCESS_DENIED",
      failedMessages: [{ eventId: "e-1" }, { eventId: "e-2" }],
    },
  });
  assert.equal(letter.reason, "EventIdsOnly");
  assert.deepEqual(letter.origin, {
    kind: "event ids",
    eventIds: ["e-1", "e-2"],
    error: { code: "ACCESS_DENIED", message: undefined },
  });
});

describe("a body that is not an intent", () => {
  const bodies = ["", "not JSON", "null", "[]", "{}", '{"id":"x","detail":{"contactId":1}}', "🚚"];
  for (const body of bodies) {
    it(`is recognized: ${JSON.stringify(body)}`, () => {
      const letter = read({ body, reason: "InvalidIntent" });
      assert.equal(letter.reading.kind, "other");
      assert.equal(letter.groupKey, "message message-1");
    });
  }
});

it("an unknown instance is taken from the ARNs in the intent", () => {
  const contactId = `${instanceArn}/contact/task-1`;
  const message = { Body: JSON.stringify(makeEnvelope({ contactId })), Attributes: {} };
  const { reading } = readLetter(message, { byId: new Map() });
  assert.ok(reading.kind === "intent");
  assert.equal(reading.intent.instanceId, instanceId);
  assert.equal(reading.intent.contactId, "task-1");
});
