import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { SqsFault } from "../../local/services/sqs/sqs-fault.ts";
import { invocationTimeMs, startFunctionInstance } from "../../test/function/function-instance.ts";
import { type LocalAws, startLocalAws } from "../../test/function/local-aws.ts";
import { makeEnvelope } from "../../test/makers.ts";
import { deadLetterOf, outcomesOf, readDeadLetter, someRequestId } from "../../test/outcomes.ts";
import type { Failure } from "../refusal.ts";

type Attributes = Record<string, MessageAttributeValue>;

const ended = makeEnvelope({ contactId: "task-ended" });
const notActive: Failure = {
  reason: "InvalidRequest",
  message: "The contact is not active",
  effect: "unknown",
  error: { name: "InvalidRequestException", httpStatus: 400, requestId: someRequestId },
};
const unknownContact = makeEnvelope({ contactId: "task-unknown" });
const notFound: Failure = {
  reason: "ResourceNotFound",
  message: "Contact not found: task-unknown",
  effect: "none",
  error: { name: "ResourceNotFoundException", httpStatus: 404, requestId: someRequestId },
};
const text = (StringValue: string, DataType = "String"): MessageAttributeValue => ({ DataType, StringValue });
const json = (value: unknown) => text(JSON.stringify(value));
const bytes = (...values: number[]): MessageAttributeValue => ({
  DataType: "Binary",
  BinaryValue: Uint8Array.from(values),
});

/** Attributes as the queue returns them, with plain bytes in place of the SDK's arrays. */
const plain = (attributes: Attributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { DataType, StringValue, BinaryValue: BinaryValue && [...BinaryValue] },
    ]),
  );

describe("a dead letter has the original body, byte for byte:", () => {
  const bodies: Record<string, string> = {
    "JSON with white space that JSON.stringify does not write": `\r\n\t${JSON.stringify(ended, undefined, "\t ")} \n`,
    "text that is not JSON, in every plane of Unicode":
      "\ufeffnot JSON: é \u0301 \u2028 \ud7ff \ue000 \ufffd 😀 \u{10ffff}",
    "escapes and numbers that a second JSON.stringify would change": `${JSON.stringify(ended).slice(0, -1)},"n":1.50e+3,"s":"\\u00e9\\/"}`,
    "members that occur twice": `${JSON.stringify(ended).slice(0, -1)},"version":"0","version":"1"}`,
    "a body of 200 KB": `{"filler":"${"é".repeat(100_000)}"}`,
  };
  for (const [name, body] of Object.entries(bodies)) {
    it(name, async () => {
      await using aws = await startLocalAws();
      assert.deepEqual(await startFunctionInstance(aws).invoke(await aws.deliver(body)), []);
      const deadLetters = await aws.deadLetters();
      assert.equal(deadLetters.length, 1);
      assert.ok(deadLetters[0]?.body === body, "the body has changed");
    });
  }
});

describe("a message's attributes", () => {
  it("are unchanged on its dead letter: String, Number, Binary, and custom types", async () => {
    await using aws = await startLocalAws();
    const own: Attributes = {
      trace: text("Root=1-é😀"),
      price: text("1.50", "Number"),
      bytes: bytes(0, 127, 128, 255),
      custom: text("{}", "String.json"),
      count: text("007", "Number.int"),
      picture: { ...bytes(1, 2, 3), DataType: "Binary.png" },
    };
    await startFunctionInstance(aws).invoke(await aws.deliver(ended, own));
    const [deadLetter] = (await aws.deadLetters()).map(readDeadLetter);
    assert.deepEqual(plain(deadLetter?.others ?? {}), plain(own));
    assert.equal(deadLetter?.failure?.attributes, undefined);
  });

  it("beyond SQS's limit of ten are kept inside Failure", async () => {
    await using aws = await startLocalAws();
    const long = Object.fromEntries(
      Array.from({ length: 8 }, (_, index) => [`long-${index}`, text(`${index}`.repeat(100))]),
    );
    const short: Attributes = { short: text("é", "String.custom"), bytes: bytes(255, 0) };
    const record = await aws.deliver(ended, { ...short, ...long });
    assert.deepEqual(await startFunctionInstance(aws).invoke(record), []);

    const [deadLetter] = (await aws.deadLetters()).map(readDeadLetter);
    assert.deepEqual(plain(deadLetter?.others ?? {}), plain(long));
    assert.deepEqual(deadLetter?.failure?.attributes, {
      short: { dataType: "String.custom", stringValue: "é" },
      bytes: { dataType: "Binary", binaryValue: Buffer.from([255, 0]).toString("base64") },
    });
  });
});

it("Failure is ASCII of at most 32 KiB, however many or long the violations are", async () => {
  await using aws = await startLocalAws();
  let metadata: object = { constructor: 1 };
  for (let depth = 0; depth < 200; depth++) metadata = { ["ü".repeat(60)]: metadata };
  const misspelt = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`${"é".repeat(70)}${index}`, 1]),
  );
  await startFunctionInstance(aws).invoke(await aws.deliver(makeEnvelope(misspelt)));
  await startFunctionInstance(aws).invoke(await aws.deliver({ detail: metadata }));

  const deadLetters = await aws.deadLetters();
  assert.equal(deadLetters.length, 2);
  for (const { attributes } of deadLetters) {
    const failure = attributes.Failure?.StringValue ?? assert.fail();
    assert.match(failure, /^[\x20-\x7e]+$/);
    assert.ok(failure.length <= 32 * 1024, `${failure.length} characters`);
  }
  const { violations, moreViolations } = deadLetters.map(readDeadLetter)[0]?.failure ?? {};
  assert.equal((violations as unknown[]).length, 20);
  assert.equal(moreViolations, 40);
});

describe("the history of a message:", () => {
  const firstSentAt = new Date(Date.now() - 3_600_000).toISOString();
  const earlier = { firstSentAt, effect: "unknown", replays: 2 };
  const cases: {
    name: string;
    envelope?: unknown;
    failure?: Failure;
    attributes: Attributes;
    expected: Record<string, unknown>;
  }[] = [
    {
      name: "History adds age and uncertainty, and does not reach the dead letter",
      attributes: { History: json({ ...earlier, lastReason: "ConnectUnavailable" }), own: text("kept") },
      expected: { ...earlier },
    },
    {
      name: "a Failure left by SQS's own redrive counts as one more replay",
      attributes: {
        FailureReason: text("ConnectUnavailable"),
        Failure: json({ ...earlier, message: "old", receiveCount: 9 }),
        own: text("kept"),
      },
      expected: { ...earlier, replays: 3 },
    },
    {
      name: "a History without effect leaves the effect none",
      envelope: unknownContact,
      failure: notFound,
      attributes: { History: json({ ...earlier, effect: "none" }), own: text("kept") },
      expected: { ...earlier, effect: "none" },
    },
    {
      name: "a History that cannot be read means an unknown effect",
      attributes: { History: text("{not JSON"), own: text("kept") },
      expected: { effect: "unknown", replays: 0 },
    },
    {
      name: "a FailureReason alone means an unknown effect and one replay",
      attributes: { FailureReason: text("InvalidRequest"), own: text("kept") },
      expected: { effect: "unknown", replays: 1 },
    },
  ];
  for (const { name, envelope = ended, failure = notActive, attributes, expected } of cases) {
    it(name, async () => {
      await using aws = await startLocalAws();
      const record = await aws.deliver(envelope, attributes);
      assert.deepEqual(await startFunctionInstance(aws).invoke(record), []);
      const clientToken = aws.requests[0]?.ClientToken;
      assert.deepEqual((await aws.deadLetters()).map(readDeadLetter), [
        deadLetterOf(record, failure, { clientToken, ...expected }, { own: text("kept") }),
      ]);
      assert.deepEqual(outcomesOf(aws)[0]?.detail.failure, { ...failure, effect: expected.effect });
    });
  }
});

describe("a dead letter that SQS", () => {
  const deliverThree = async (aws: Awaited<ReturnType<typeof startLocalAws>>) => [
    await aws.deliver("not JSON 1"),
    await aws.deliver("not JSON 2"),
    await aws.deliver("not JSON 3"),
  ];

  it("refuses while it accepts the others of the call is sent again, alone", async () => {
    let calls = 0;
    await using aws = await startLocalAws({
      sqsFaults: () =>
        ++calls <= 2 ? { kind: "failEntries", ids: ["0"], code: "InternalError" } : undefined,
    });
    const records = await deliverThree(aws);

    assert.deepEqual(await startFunctionInstance(aws).invoke(...records), []);

    assert.deepEqual(
      (await aws.deadLetters()).map(({ body }) => body).toSorted(),
      records.map(({ body }) => body),
      "each arrives once",
    );
    assert.deepEqual(await aws.queued(), []);
  });

  it("does not accept in time returns its own record; the next delivery publishes and sends it", async () => {
    let isRefusing = true;
    let taken = 0;
    await using aws = await startLocalAws({
      sqsFaults({ action, input }) {
        if (action !== "SendMessageBatch" || !isRefusing) return undefined;
        const entries = input.Entries as { Id: string; MessageBody: string }[];
        const ids = entries.filter(({ MessageBody }) => MessageBody.endsWith("2")).map(({ Id }) => Id);
        if (taken === 2) {
          isRefusing = false;
          instance.clock.advance(invocationTimeMs);
        }
        taken += entries.length - ids.length;
        return { kind: "failEntries", ids, code: "InternalError" };
      },
    });
    const instance = startFunctionInstance(aws);
    const records = await deliverThree(aws);
    const [, unlucky = assert.fail()] = records;

    assert.deepEqual(await instance.invoke(...records), [unlucky.messageId]);
    assert.deepEqual(
      instance.lines.filter(({ status }) => status === "retry").map(({ reason }) => reason),
      ["DeadLetterNotSent"],
    );
    assert.deepEqual(await aws.queued(), [unlucky.messageId]);
    assert.equal((await aws.deadLetters()).length, 2);

    assert.deepEqual(await instance.invoke(await aws.redeliver(unlucky)), []);
    assert.deepEqual(
      (await aws.deadLetters()).map(({ body }) => body).toSorted(),
      records.map(({ body }) => body),
    );
    const published = aws.outcomes.filter(({ detail }) => detail.messageId === unlucky.messageId);
    assert.equal(published.length, 2, "each delivery publishes its outcome");
    assert.deepEqual(await aws.queued(), []);
  });

  /** Asserts one dead letter that has only its reason and what a replay needs, because SQS refused the whole. */
  const assertReduced = async (
    aws: LocalAws,
    expected: { body: string; reason: string; failure: object },
  ) => {
    const [deadLetter, ...more] = (await aws.deadLetters()).map(readDeadLetter);
    const { firstSentAt, failedAt: _, ...failure } = deadLetter?.failure ?? {};
    assert.ok(!Number.isNaN(Date.parse(String(firstSentAt))));
    assert.deepEqual({ ...deadLetter, failure }, { ...expected, others: {} });
    assert.deepEqual(more, []);
  };

  it("refuses as invalid is sent once more, with its reason and what a replay needs", async () => {
    await using aws = await startLocalAws({ deadLetterQueue: { maximumMessageSizeBytes: 1_024 } });
    const body = JSON.stringify(ended);
    const record = await aws.deliver(body, { own: text("x".repeat(900)) });

    assert.deepEqual(await startFunctionInstance(aws).invoke(record), []);

    assert.deepEqual(aws.calls, ["TransferContact", "PutEvents", "SendMessageBatch", "SendMessageBatch"]);
    const clientToken = aws.requests[0]?.ClientToken;
    await assertReduced(aws, {
      body,
      reason: "InvalidRequest",
      failure: { reduced: true, effect: "unknown", clientToken, replays: 0 },
    });
    assert.deepEqual(await aws.queued(), []);
  });

  it("refuses as a whole call is sent once more, with its reason and what a replay needs", async () => {
    const refusal: SqsFault = { kind: "error", code: "InvalidParameterValue", status: 400 };
    let calls = 0;
    await using aws = await startLocalAws({ sqsFaults: () => (++calls === 1 ? refusal : undefined) });
    assert.deepEqual(await startFunctionInstance(aws).invoke(await aws.deliver("not JSON")), []);
    await assertReduced(aws, {
      body: "not JSON",
      reason: "InvalidIntent",
      failure: { reduced: true, effect: "none", replays: 0 },
    });
  });

  it("refuses with every attribute but FailureReason has that alone", async () => {
    await using aws = await startLocalAws({
      sqsFaults: ({ input }) =>
        JSON.stringify(input).includes('"Failure"')
          ? { kind: "failEntries", ids: ["0"], code: "InvalidAttributeValue" }
          : undefined,
    });
    assert.deepEqual(await startFunctionInstance(aws).invoke(await aws.deliver("not JSON")), []);
    assert.deepEqual(await aws.deadLetters(), [
      { body: "not JSON", attributes: { FailureReason: text("InvalidIntent") } },
    ]);
  });

  /** Refusals for reasons other than the message. SQS blames the sender even for throttling by KMS. */
  const transient: Record<string, SqsFault> = {
    "because of the clock": { kind: "error", code: "InvalidSignatureException", status: 403 },
    "because of expired credentials": { kind: "error", code: "ExpiredToken", status: 403 },
    "while a policy propagates": { kind: "error", code: "AccessDenied", status: 403 },
    "because of the key": { kind: "error", code: "KMS.AccessDeniedException", status: 400 },
    "too slow a request": { kind: "error", code: "RequestTimeout", status: 408 },
    "with an unknown name": { kind: "error", code: "SomethingNew", status: 400 },
    "throttled by KMS": {
      kind: "failEntries",
      ids: ["0"],
      code: "KMS.ThrottlingException",
      senderFault: true,
    },
    throttled: { kind: "failEntries", ids: ["0"], code: "RequestThrottled", senderFault: true },
    "without confirming receipt": { kind: "failEntries", ids: ["0"], code: "Unconfirmed" },
  };
  for (const [name, fault] of Object.entries(transient)) {
    it(`refuses for a transient reason (${name}) is sent again whole`, async () => {
      let calls = 0;
      await using aws = await startLocalAws({ sqsFaults: () => (++calls === 1 ? fault : undefined) });
      const record = await aws.deliver(ended, { own: text("kept") });
      assert.deepEqual(await startFunctionInstance(aws).invoke(record), []);
      const clientToken = aws.requests[0]?.ClientToken;
      assert.deepEqual((await aws.deadLetters()).map(readDeadLetter), [
        deadLetterOf(record, notActive, { clientToken }, { own: text("kept") }),
      ]);
      assert.deepEqual(aws.calls, ["TransferContact", "PutEvents", "SendMessageBatch", "SendMessageBatch"]);
    });
  }

  it("accepts without its response arriving is sent again: duplicated, never lost", async () => {
    let calls = 0;
    await using aws = await startLocalAws({
      sqsFaults: () => (++calls === 1 ? { kind: "loseAnswer" } : undefined),
    });
    assert.deepEqual(await startFunctionInstance(aws).invoke(await aws.deliver("not JSON")), []);
    assert.deepEqual(
      (await aws.deadLetters()).map(({ body }) => body),
      ["not JSON", "not JSON"],
    );
    assert.equal(aws.outcomes.length, 1);
  });
});

it("without a dead-letter queue the record is retried, published as failed, until the queue exists", async () => {
  let isGone = true;
  await using aws = await startLocalAws({
    sqsFaults: ({ action }) =>
      isGone && action === "SendMessageBatch"
        ? { kind: "error", code: "QueueDoesNotExist", status: 400 }
        : undefined,
  });
  const instance = startFunctionInstance(aws);
  const record = await aws.deliver(ended);

  assert.deepEqual(await instance.invoke(record), [record.messageId]);
  assert.deepEqual(
    instance.lines.map(({ status, reason, error, retryInSeconds }) => [
      status,
      reason,
      error,
      retryInSeconds,
    ]),
    [["retry", "DeadLetterNotSent", "QueueDoesNotExist", 8]],
  );
  assert.deepEqual(
    aws.outcomes.map(({ detailType }) => detailType),
    ["Contact Transfer Failed"],
  );
  assert.deepEqual(await aws.queued(), [record.messageId]);

  isGone = false;
  assert.deepEqual(await instance.invoke(await aws.redeliver(record)), []);
  assert.equal((await aws.deadLetters()).length, 1);
  assert.deepEqual(await aws.queued(), []);
});
