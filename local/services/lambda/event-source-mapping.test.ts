import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import {
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { until } from "../../../test/until.ts";
import { startHttpServer } from "../http-server.ts";
import { startSqsEndpoint } from "../sqs/sqs-endpoint.ts";
import type { SqsCall, SqsFault } from "../sqs/sqs-fault.ts";
import { startEventSourceMapping } from "./event-source-mapping.ts";
import type { EventSourceMappingModel } from "./function-model.ts";
import type { InvocationResult } from "./runtime-api.ts";

const region = "us-east-1";
const queueArn = `arn:aws:sqs:${region}:000000000000:intents`;

interface Started {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly send: (body: string, attributes?: Record<string, MessageAttributeValue>) => Promise<string>;
  /** All are available at once. */
  readonly sendBatch: (bodies: string[]) => Promise<void>;
  readonly count: () => Promise<number>;
  readonly lines: string[];
  readonly stop: () => Promise<void>;
}

/** Starts a mapping of an empty queue to a function that returns what `handle` returns. */
async function startMapping(
  context: TestContext,
  handle: (event: SQSEvent) => Promise<InvocationResult> | InvocationResult,
  overrides: Partial<EventSourceMappingModel> = {},
  chooseFault?: (call: SqsCall) => SqsFault | undefined,
): Promise<Started> {
  const endpoint = startSqsEndpoint({ region, chooseFault });
  const server = await startHttpServer(endpoint.handle);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const sqs = new SQSClient({ endpoint: server.url, region, credentials, maxAttempts: 1 });
  const queueUrl = `${server.url}/000000000000/intents`;
  await endpoint.createQueue({
    logicalId: "Queue",
    queueName: "intents",
    queueArn,
    queueUrl,
    visibilityTimeoutSeconds: 1,
    messageRetentionSeconds: 345_600,
    maximumMessageSizeBytes: 65_536,
    delaySeconds: 0,
    receiveMessageWaitSeconds: 0,
  });
  const lines: string[] = [];
  const mapping = startEventSourceMapping({
    model: {
      logicalId: "Mapping",
      queueArn,
      functionName: "transfers",
      batchSize: 10,
      batchingWindowSeconds: 0,
      reportBatchItemFailures: true,
      maximumConcurrency: 2,
      isEnabled: true,
      ...overrides,
    },
    queues: endpoint.client,
    queueUrl,
    region,
    invoke: async (event) => handle(event),
    onLog: (line) => lines.push(line),
  });
  context.after(async () => {
    await mapping.stop();
    sqs.destroy();
    await server.close();
    await endpoint.close();
  });
  return {
    sqs,
    queueUrl,
    lines,
    stop: mapping.stop,
    count: async () => (await endpoint.peek("intents")).length,
    async send(MessageBody, MessageAttributes = {}) {
      const input = { QueueUrl: queueUrl, MessageBody, MessageAttributes };
      const { MessageId = "" } = await sqs.send(new SendMessageCommand(input));
      return MessageId;
    },
    async sendBatch(bodies) {
      const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    },
  };
}

const returned = (payload: unknown): InvocationResult => ({ kind: "returned", payload });

it("a record has the shape of Lambda's", async (context) => {
  const records: SQSRecord[] = [];
  const { send, count } = await startMapping(context, (event) => {
    records.push(...event.Records);
    return returned(null);
  });
  const before = Date.now();
  const messageId = await send('{"id":"1"}', {
    History: { DataType: "String", StringValue: "{}" },
    bytes: { DataType: "Binary", BinaryValue: Buffer.from("abc") },
  });
  await until(async () => records.length === 1 && (await count()) === 0);
  const [{ receiptHandle, attributes, ...rest }] = records as [SQSRecord];
  assert.ok(receiptHandle);
  const { SentTimestamp, ApproximateFirstReceiveTimestamp, ...counts } = attributes;
  assert.ok(Number(SentTimestamp) >= before);
  assert.ok(Number(ApproximateFirstReceiveTimestamp) >= Number(SentTimestamp));
  assert.deepEqual(counts, { ApproximateReceiveCount: "1", SenderId: "000000000000" });
  assert.deepEqual(rest, {
    messageId,
    body: '{"id":"1"}',
    messageAttributes: {
      History: {
        stringValue: "{}",
        binaryValue: undefined,
        stringListValues: [],
        binaryListValues: [],
        dataType: "String",
      },
      bytes: {
        stringValue: undefined,
        binaryValue: "YWJj",
        stringListValues: [],
        binaryListValues: [],
        dataType: "Binary",
      },
    },
    md5OfBody: "e405fac593027bc534cf08cd4d2a5647",
    md5OfMessageAttributes: "89c7dd8d2c44cc6a5816b28cfd1df04c",
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: region,
  });
});

describe("the whole batch is deleted after a response", () => {
  const answers: [string, unknown][] = [
    ["with no batchItemFailures", { batchItemFailures: [] }],
    ["with null for batchItemFailures", { batchItemFailures: null }],
    ["without batchItemFailures", {}],
    ["of null", null],
  ];
  for (const [name, payload] of answers) {
    it(name, async (context) => {
      let invocations = 0;
      const { send, count } = await startMapping(context, () => {
        invocations++;
        return returned(payload);
      });
      await send("a");
      await until(async () => invocations > 0 && (await count()) === 0);
    });
  }
});

describe("the whole batch is received again after the visibility timeout if the function", {
  concurrency: true,
}, () => {
  const answers: [string, InvocationResult][] = [
    ["throws", { kind: "failed", errorType: "Error", errorMessage: "broken" }],
    ["names a message of no batch", returned({ batchItemFailures: [{ itemIdentifier: "no-such-id" }] })],
    ["names no message", returned({ batchItemFailures: [{ itemIdentifier: "" }] })],
    ["misspells the member", returned({ batchItemFailures: [{ itemId: "x" }] })],
    ["gives a text for the list", returned({ batchItemFailures: "all" })],
    ["answers a text", returned("all good")],
  ];
  for (const [name, result] of answers) {
    it(name, async (context) => {
      const receiveCounts: string[] = [];
      const { send, count, lines } = await startMapping(context, (event) => {
        receiveCounts.push(...event.Records.map((record) => record.attributes.ApproximateReceiveCount));
        return receiveCounts.length === 1 ? result : returned(null);
      });
      await send("a");
      await until(async () => receiveCounts.length === 2 && (await count()) === 0);
      assert.deepEqual(receiveCounts, ["1", "2"]);
      assert.match(lines.join("\n"), /a batch of 1 failed/);
    });
  }
});

it("only the listed records of a batch are received again", async (context) => {
  const bodies: string[][] = [];
  const { sendBatch, count } = await startMapping(context, (event) => {
    bodies.push(event.Records.map((record) => record.body));
    const failed = bodies.length === 1 ? event.Records.filter((record) => record.body === "b") : [];
    return returned({ batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) });
  });
  await sendBatch(["a", "b", "c"]);
  await until(async () => bodies.length === 2 && (await count()) === 0);
  assert.deepEqual(bodies, [["a", "b", "c"], ["b"]]);
});

it("without ReportBatchItemFailures, the list has no effect", async (context) => {
  let invocations = 0;
  const { send, count } = await startMapping(
    context,
    (event) => {
      invocations++;
      const batchItemFailures = event.Records.map(({ messageId }) => ({ itemIdentifier: messageId }));
      return returned({ batchItemFailures });
    },
    { reportBatchItemFailures: false },
  );
  await send("a");
  await until(async () => invocations === 1 && (await count()) === 0);
});

it("a batch of more than ten is collected within its window", async (context) => {
  const sizes: number[] = [];
  const { send, count } = await startMapping(
    context,
    (event) => {
      sizes.push(event.Records.length);
      return returned(null);
    },
    { batchSize: 12, batchingWindowSeconds: 5, maximumConcurrency: 1 },
  );
  await Promise.all(Array.from({ length: 12 }, (_, index) => send(String(index))));
  await until(async () => (await count()) === 0 && sizes.length > 0);
  assert.deepEqual(sizes, [12]);
});

it("no more invocations run at a time than the maximum concurrency", async (context) => {
  let running = 0;
  let most = 0;
  let waiting: (() => void)[] = [];
  const { send, count } = await startMapping(
    context,
    async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => waiting.push(resolve));
      running--;
      return returned(null);
    },
    { batchSize: 1, maximumConcurrency: 2 },
  );
  for (const body of ["a", "b", "c", "d"]) await send(body);
  await until(() => waiting.length === 2);
  await until(async () => {
    for (const resolve of waiting) resolve();
    waiting = [];
    return (await count()) === 0;
  });
  assert.equal(most, 2);
});

it("a message that could not be deleted is received again", async (context) => {
  let faults = 1;
  let invocations = 0;
  const { send, count, lines } = await startMapping(
    context,
    () => {
      invocations++;
      return returned(null);
    },
    {},
    ({ action }) =>
      action === "DeleteMessageBatch" && faults-- > 0
        ? { kind: "failEntries", ids: ["0"], code: "InternalError" }
        : undefined,
  );
  await send("a");
  await until(async () => invocations === 2 && (await count()) === 0);
  assert.match(lines.join("\n"), /1 messages could not be deleted/);
});

it("polling continues after a failed poll", async (context) => {
  let faults = 2;
  const { send, count, lines } = await startMapping(
    context,
    () => returned(null),
    {},
    ({ action }) =>
      action === "ReceiveMessage" && faults-- > 0
        ? { kind: "error", code: "ServiceUnavailable", status: 503 }
        : undefined,
  );
  await send("a");
  await until(async () => (await count()) === 0);
  assert.match(lines[0] ?? "", /ServiceUnavailable/);
});

it("stopping waits for the current invocation and receives nothing more", async (context) => {
  const invocation = Promise.withResolvers<InvocationResult>();
  let invocations = 0;
  const { send, stop, count, sqs, queueUrl } = await startMapping(context, () => {
    invocations++;
    return invocation.promise;
  });
  await send("a");
  await until(() => invocations === 1);
  const stopped = stop();
  await send("b");
  invocation.resolve(returned(null));
  await stopped;
  assert.equal(invocations, 1);
  assert.equal(await count(), 1);
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 5 }),
  );
  assert.deepEqual(
    Messages.map(({ Body }) => Body),
    ["b"],
  );
});
