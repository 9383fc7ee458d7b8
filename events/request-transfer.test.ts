import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { type LocalAws, startLocalAws } from "../test/function/local-aws.ts";
import { requestTransfer, type TransferIntent } from "./request-transfer.ts";

const intent: TransferIntent = {
  intentId: "order-4711-cancelled",
  contactId: "task-1",
  contactFlowId: "flow-to-queue",
  queueId: "queue-cancellations",
};

describe("requestTransfer", () => {
  let aws: LocalAws;
  let client: EventBridgeClient;
  let isRefusing = false;

  before(async () => {
    aws = await startLocalAws({
      putFaults: () =>
        isRefusing
          ? {
              kind: "entries",
              failures: new Map([[0, { ErrorCode: "InternalFailure", ErrorMessage: "again" }]]),
            }
          : undefined,
    });
    client = new EventBridgeClient({
      endpoint: aws.env.AWS_ENDPOINT_URL_EVENTBRIDGE,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
  });
  after(() => aws[Symbol.asyncDispose]());
  const options = () => ({ client, source: "com.example.orders" });

  it("publishes the intent as the contract requires", async () => {
    const { eventId } = await requestTransfer(intent, options());
    assert.match(eventId, /^[0-9a-f-]{36}$/);
    const { source, detailType, detail } = aws.outcomes.at(-1) ?? {};
    assert.deepEqual(
      { source, detailType, detail },
      { source: "com.example.orders", detailType: "Contact Transfer Requested", detail: intent },
    );
  });

  it("sends a bigint with its digits", async () => {
    await requestTransfer({ ...intent, metadata: { id: 9007199254740993n, price: 1.5 } }, options());
    const { metadata } = aws.outcomes.at(-1)?.detail ?? {};
    assert.equal(JSON.stringify(metadata), '{"id":9007199254740993,"price":1.5}');
  });

  it("rejects a number that JSON or EventBridge cannot hold", async () => {
    const sent = aws.outcomes.length;
    const cases: [unknown, string][] = [
      [Number.NaN, 'The intent is invalid: the member "n" is NaN, which JSON cannot hold.'],
      [
        1e20,
        "The intent is invalid: detail/metadata/n is a number that EventBridge refuses (an integer beyond 64 bits, or beyond 1.8e308); send it as a string.",
      ],
    ];
    for (const [n, message] of cases) {
      await assert.rejects(requestTransfer({ ...intent, metadata: { n } }, options()), {
        name: "InvalidTransferIntentError",
        message,
      });
    }
    assert.equal(aws.outcomes.length, sent);
  });

  it("rejects what the deployment would dead-letter, and sends nothing", async () => {
    const sent = aws.outcomes.length;
    const misspelt: TransferIntent = { ...intent, ...{ queueID: "queue-seniors" } };
    await assert.rejects(requestTransfer(misspelt, options()), {
      name: "InvalidTransferIntentError",
      message: /^The intent is invalid: detail\/queueID is not a known property; did you mean queueId\?/,
    });
    assert.equal(aws.outcomes.length, sent);
  });

  it("rejects what JavaScript may pass, and what would be lost on its way to a queue", async () => {
    const sent = aws.outcomes.length;
    const { intentId: _, ...unnamed } = intent;
    const nested = JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`);
    const cases: [unknown, string][] = [
      [undefined, "detail is null; it must be a JSON object."],
      [() => intent, "detail is null; it must be a JSON object."],
      [unnamed, "detail/intentId is missing: the event could not be sent again without another transfer."],
      [{ ...intent, metadata: { nested } }, "detail is nested too deep."],
      [{ ...intent, metadata: { a: "\uFFFE" } }, "detail contains the character U+FFFE, which SQS refuses."],
      [{ ...intent, metadata: { "\uFFFF": 1 } }, "detail contains the character U+FFFF, which SQS refuses."],
    ];
    for (const [wrong, message] of cases) {
      await assert.rejects(requestTransfer(wrong as TransferIntent, options()), {
        name: "InvalidTransferIntentError",
        message: `The intent is invalid: ${message}`,
      });
    }
    assert.equal(aws.outcomes.length, sent);
    // JSON escapes these, and a queue takes them.
    await requestTransfer(
      { ...intent, metadata: { a: `\u0000${String.fromCharCode(0xd800)}😀` } },
      options(),
    );
  });

  it("throws if EventBridge answers 200 but rejects the event", async () => {
    isRefusing = true;
    await assert.rejects(requestTransfer(intent, options()), {
      name: "TransferNotRequestedError",
      message: "EventBridge rejected the event: InternalFailure again",
    });
    isRefusing = false;
  });
});
