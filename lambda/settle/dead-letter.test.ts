import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SQSMessageAttributes } from "aws-lambda";
import { makeRecord, stringAttribute } from "../../test/makers.ts";
import { fromEvent, fromSqsRecord } from "../intake/record.ts";
import type { Failure } from "../refusal.ts";
import { type DeadLetterContext, deadLetter, reduceDeadLetter } from "./dead-letter.ts";
import { messageBytes } from "./queue-message.ts";

const sentAt = Date.parse("2026-11-24T10:00:00Z");
const failure: Failure = {
  reason: "ResourceNotFound",
  message: "Flow not found: Grüße ☎ 😀",
  effect: "none",
  error: { name: "ResourceNotFoundException", httpStatus: 404, requestId: "request-1" },
};
const context: DeadLetterContext = {
  intentId: "order-1",
  clientToken: "ct1-token",
  history: { effect: "none", replays: 2, firstSentAt: sentAt - 60_000 },
  failedAt: sentAt + 5_000,
  requestId: "invocation-1",
};

function letterOf(body: string, attributes: SQSMessageAttributes = {}, described = failure) {
  return deadLetter(
    fromSqsRecord(makeRecord(body, { sentAt, receiveCount: 3, attributes })),
    described,
    context,
  );
}

function failureText(letter: ReturnType<typeof letterOf>): string {
  return letter.MessageAttributes?.Failure?.StringValue ?? "";
}

describe("deadLetter", () => {
  it("has the original body, the reason, and everything known in ASCII", () => {
    const body = ' {"ü" : "☎ 😀",\t"x":1.0}\r\n';
    const letter = letterOf(body);
    assert.equal(letter.MessageBody, body);
    assert.deepEqual(Object.keys(letter.MessageAttributes ?? {}), ["FailureReason", "Failure"]);
    assert.deepEqual(letter.MessageAttributes?.FailureReason, {
      DataType: "String",
      StringValue: "ResourceNotFound",
    });
    assert.match(failureText(letter), /^[ -~]*$/);
    assert.deepEqual(JSON.parse(failureText(letter)), {
      message: failure.message,
      effect: "none",
      error: failure.error,
      intentId: "order-1",
      clientToken: "ct1-token",
      failedAt: "2026-11-24T10:00:05.000Z",
      firstSentAt: "2026-11-24T09:59:00.000Z",
      receiveCount: 3,
      replays: 2,
      requestId: "invocation-1",
    });
  });

  it("keeps the message's attributes of every type, and none from an earlier failure", () => {
    const attributes: SQSMessageAttributes = {
      orderId: stringAttribute("4711"),
      weight: { ...stringAttribute("1.50"), dataType: "Number.float" },
      raw: {
        binaryValue: "AAH/",
        stringListValues: [],
        binaryListValues: [],
        dataType: "Binary.png" as "Binary",
      },
      History: stringAttribute("{}"),
      Failure: stringAttribute("{}"),
      FailureReason: stringAttribute("NotAllowed"),
    };
    const { Failure: _, ...kept } = letterOf("x", attributes).MessageAttributes ?? {};
    assert.deepEqual(kept, {
      orderId: { DataType: "String", StringValue: "4711" },
      weight: { DataType: "Number.float", StringValue: "1.50" },
      raw: { DataType: "Binary.png", BinaryValue: Buffer.from([0, 1, 255]) },
      FailureReason: { DataType: "String", StringValue: "ResourceNotFound" },
    });
  });

  it("keeps inside Failure the attributes beyond SQS's limit of ten: the shortest", () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`own${index}`, stringAttribute("x".repeat(2 + index))]),
    );
    const nine = letterOf("x", attributes);
    assert.deepEqual(JSON.parse(failureText(nine)).attributes, {
      own0: { dataType: "String", stringValue: "xx" },
    });
    attributes.raw = { binaryValue: "AA==", stringListValues: [], binaryListValues: [], dataType: "Binary" };
    const ten = letterOf("x", attributes);
    for (const letter of [nine, ten]) assert.equal(Object.keys(letter.MessageAttributes ?? {}).length, 10);
    assert.deepEqual(JSON.parse(failureText(ten)).attributes, {
      own0: { dataType: "String", stringValue: "xx" },
      raw: { dataType: "Binary", binaryValue: "AA==" },
    });
  });

  it("keeps the group of a fair queue", () => {
    const record = makeRecord("x", { sentAt });
    assert.equal("MessageGroupId" in deadLetter(fromSqsRecord(record), failure, context), false);
    record.attributes.MessageGroupId = "tenant";
    assert.equal(deadLetter(fromSqsRecord(record), failure, context).MessageGroupId, "tenant");
  });

  describe("has a Failure of at most 32 KiB:", () => {
    const violation = (message: string) => ({ path: "/detail/x", message });
    const textOf = (violations: Failure["violations"], more: Partial<Failure> = {}) =>
      failureText(letterOf("x", {}, { ...failure, violations, ...more }));

    it("it lists the violations that fit and counts the others", () => {
      const violations = Array.from({ length: 20 }, () => violation("ü".repeat(1024)));
      const kept = JSON.parse(textOf(violations, { moreViolations: 5 }));
      assert.equal(kept.violations.length, 5, "of about 6 KiB each");
      assert.equal(kept.moreViolations, 20);
    });

    it("a violation that fits exactly is listed, and one that is a character longer is counted", () => {
      const free = 32 * 1024 - textOf([violation("")]).length;
      const fits = textOf([violation("x".repeat(free))]);
      assert.equal(fits.length, 32 * 1024);
      assert.equal(JSON.parse(fits).violations.length, 1);
      assert.equal(JSON.parse(fits).moreViolations, undefined);
      const counted = JSON.parse(textOf([violation("x".repeat(free + 1))]));
      assert.deepEqual([counted.violations, counted.moreViolations], [[], 1]);
    });

    it("without a violation, attributes that do not fit make it longer", () => {
      const attributes = Object.fromEntries(
        Array.from({ length: 10 }, (_, index) => [`own${index}`, stringAttribute("x".repeat(20_000))]),
      );
      const violations = [violation("a"), violation("b")] as const;
      const text = failureText(letterOf("x", attributes, { ...failure, violations: [...violations] }));
      const { violations: listed, moreViolations } = JSON.parse(text);
      assert.ok(text.length > 40_000);
      assert.deepEqual([listed, moreViolations], [[], 2]);
    });
  });

  it("starts the age of an event at its failure, with a body that SQS always accepts", () => {
    const record = fromEvent({ id: "e", detail: { x: "\uffff\ufffe\ud800 ü\u0000" } });
    const letter = deadLetter(record, failure, { ...context, history: { effect: "none", replays: 0 } });
    assert.equal(letter.MessageBody, '{"id":"e","detail":{"x":"\\uffff\\ufffe\\ud800 ü\\u0000"}}');
    const { receiveCount, firstSentAt } = JSON.parse(failureText(letter));
    assert.deepEqual([receiveCount, firstSentAt], [undefined, new Date(context.failedAt).toISOString()]);
  });

  it("is reduced to its reason and what a replay needs, then to its reason, then not at all", () => {
    const FailureReason = { DataType: "String", StringValue: "ResourceNotFound" };
    const reduced = reduceDeadLetter(letterOf("body", { own: stringAttribute("x") })) ?? assert.fail();
    assert.deepEqual(Object.keys(reduced.MessageAttributes ?? {}), ["FailureReason", "Failure"]);
    assert.deepEqual(JSON.parse(failureText(reduced)), {
      reduced: true,
      effect: "none",
      clientToken: "ct1-token",
      firstSentAt: "2026-11-24T09:59:00.000Z",
      replays: 2,
    });
    const reasonAlone = reduceDeadLetter(reduced) ?? assert.fail();
    assert.deepEqual(reasonAlone, { MessageBody: "body", MessageAttributes: { FailureReason } });
    assert.equal(reduceDeadLetter(reasonAlone), undefined);
  });

  it("has the size that SQS counts: body, and name, type and value of each attribute", () => {
    const letter = {
      MessageBody: "ü",
      MessageAttributes: {
        ab: { DataType: "String", StringValue: "ü" },
        c: { DataType: "Binary", BinaryValue: Buffer.alloc(5) },
      },
    };
    assert.equal(messageBytes(letter), 2 + (2 + 6 + 2) + (1 + 6 + 5));
  });
});
