import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { startSqsEndpoint } from "./sqs-endpoint.ts";
import type { SqsCall, SqsFault } from "./sqs-fault.ts";

const region = "us-east-1";
const queueUrl = "http://127.0.0.1/000000000000/intents";
const never = new AbortController().signal;

async function startWithQueue(context: TestContext, chooseFault?: (call: SqsCall) => SqsFault | undefined) {
  const endpoint = startSqsEndpoint({ region, chooseFault });
  context.after(() => endpoint.close());
  await endpoint.createQueue({
    logicalId: "Queue",
    queueName: "intents",
    queueArn: `arn:aws:sqs:${region}:000000000000:intents`,
    queueUrl,
    visibilityTimeoutSeconds: 30,
    messageRetentionSeconds: 345_600,
    maximumMessageSizeBytes: 1_024,
    delaySeconds: 0,
    receiveMessageWaitSeconds: 0,
  });
  const { client, peek } = endpoint;
  const receive = (waitSeconds = 0, signal = never) =>
    client.receiveMessages(queueUrl, { maximum: 10, waitSeconds }, signal);
  return { client, receive, count: async () => (await peek("intents")).length };
}

it("a message keeps its body and attributes, and goes when it is deleted", async (context) => {
  const { client, receive, count } = await startWithQueue(context);
  const messageId = await client.sendMessage(queueUrl, "{}", { kind: "x" });
  const messages = await receive();
  assert.deepEqual(
    messages.map(({ MessageId, Body, MessageAttributes, Attributes }) => [
      MessageId,
      Body,
      MessageAttributes,
      Attributes?.ApproximateReceiveCount,
    ]),
    [[messageId, "{}", { kind: { DataType: "String", StringValue: "x" } }, "1"]],
  );
  assert.equal(await client.deleteMessages(queueUrl, messages), 0);
  assert.equal(await count(), 0);
});

it("a released message is visible at once", async (context) => {
  const { client, receive } = await startWithQueue(context);
  await client.sendMessage(queueUrl, "{}");
  await client.releaseMessages(queueUrl, await receive());
  assert.equal((await receive()).length, 1);
});

it("a receive that is ended loses no message", async (context) => {
  const { client, receive } = await startWithQueue(context);
  const left = new AbortController();
  const receiving = receive(20, left.signal);
  left.abort();
  await assert.rejects(receiving, { name: "AbortError" });
  await client.sendMessage(queueUrl, "{}");
  const [message] = await receive(5);
  assert.equal(message?.Body, "{}");
});

it("a message that SQS does not take is a final error", async (context) => {
  const { client } = await startWithQueue(context);
  await assert.rejects(client.sendMessage(queueUrl, "x".repeat(2_000)), {
    name: "InvalidParameterValue",
    isFinal: true,
  });
  await assert.rejects(client.sendMessage(queueUrl.replace("intents", "none"), "x"), {
    name: "QueueDoesNotExist",
    isFinal: true,
  });
});

for (const [what, fault, expected] of [
  ["throttling", { kind: "error", code: "RequestThrottled", status: 403 }, { isFinal: false }],
  ["a fault of SQS", { kind: "error", code: "InternalError", status: 500 }, { isFinal: false }],
  ["a lost answer", { kind: "loseAnswer" }, { message: "The answer of SQS to SendMessage is lost." }],
] as const) {
  it(`${what} is worth another try`, async (context) => {
    const { client } = await startWithQueue(context, () => fault);
    await assert.rejects(client.sendMessage(queueUrl, "{}"), expected);
  });
}
