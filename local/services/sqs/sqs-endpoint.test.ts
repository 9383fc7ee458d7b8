import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type MessageAttributeValue,
  type MessageSystemAttributeName,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { startHttpServer } from "../http-server.ts";
import type { QueueModel } from "./queue-model.ts";
import { startSqsEndpoint } from "./sqs-endpoint.ts";
import type { SqsCall, SqsFault } from "./sqs-fault.ts";

const region = "us-east-1";

function makeQueue(overrides: Partial<QueueModel> = {}): QueueModel {
  const queueName = overrides.queueName ?? "intents";
  return {
    logicalId: "Queue",
    queueName,
    queueArn: `arn:aws:sqs:${region}:000000000000:${queueName}`,
    queueUrl: "",
    visibilityTimeoutSeconds: 30,
    messageRetentionSeconds: 345_600,
    maximumMessageSizeBytes: 65_536,
    delaySeconds: 0,
    receiveMessageWaitSeconds: 0,
    ...overrides,
  };
}

async function startWithClient(
  context: TestContext,
  {
    queues = [makeQueue()],
    timeScale = 1,
    chooseFault,
  }: {
    queues?: QueueModel[];
    timeScale?: number;
    chooseFault?: (call: SqsCall) => SqsFault | undefined;
  } = {},
) {
  const endpoint = startSqsEndpoint({ region, chooseFault });
  const server = await startHttpServer(endpoint.handle);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const sqs = new SQSClient({ endpoint: server.url, region, credentials, maxAttempts: 1 });
  context.after(async () => {
    sqs.destroy();
    await server.close();
    await endpoint.close();
  });
  for (const queue of queues) await endpoint.createQueue(queue, { timeScale });
  return { endpoint, server, sqs, queueUrl: `${server.url}/000000000000/intents` };
}

async function receive(sqs: SQSClient, QueueUrl: string, input: object = {}) {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...input }));
  return Messages;
}

describe("queue URLs", () => {
  it("work in clients unchanged", async (context) => {
    const { sqs, queueUrl } = await startWithClient(context);
    const byName = await sqs.send(new GetQueueUrlCommand({ QueueName: "intents" }));
    const listed = await sqs.send(new ListQueuesCommand({}));
    const created = await sqs.send(new CreateQueueCommand({ QueueName: "another" }));
    assert.equal(byName.QueueUrl, queueUrl);
    assert.deepEqual(listed.QueueUrls, [queueUrl]);
    assert.equal(created.QueueUrl, queueUrl.replace("intents", "another"));

    await sqs.send(new SendMessageCommand({ QueueUrl: created.QueueUrl, MessageBody: "hello" }));
    const [message] = await receive(sqs, created.QueueUrl ?? "");
    assert.equal(message?.Body, "hello");
  });

  it("inside a message are unchanged", async (context) => {
    const { sqs, queueUrl } = await startWithClient(context);
    const body = "http://sqs.us-east-1.localhost:1/000000000000/x";
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    const [message] = await receive(sqs, queueUrl);
    assert.equal(message?.Body, body);
  });
});

it("a message received too often moves to the dead-letter queue with its body and attributes", async (context) => {
  const deadLetterQueue = makeQueue({ queueName: "dead" });
  const redrivePolicy = { deadLetterTargetArn: deadLetterQueue.queueArn, maxReceiveCount: 1 };
  const { sqs, server, endpoint, queueUrl } = await startWithClient(context, {
    queues: [deadLetterQueue, makeQueue({ redrivePolicy })],
  });
  const MessageAttributes = { kind: { DataType: "String", StringValue: "x" } };
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "{}", MessageAttributes }));
  await receive(sqs, queueUrl, { VisibilityTimeout: 0 });
  assert.deepEqual(await receive(sqs, queueUrl), []);

  assert.equal((await endpoint.peek("intents")).length, 0);
  assert.equal((await endpoint.peek("dead")).length, 1);
  const [moved] = await receive(sqs, `${server.url}/000000000000/dead`, { MessageAttributeNames: ["All"] });
  assert.equal(moved?.Body, "{}");
  assert.deepEqual(moved?.MessageAttributes, MessageAttributes);
});

describe("the time scale", () => {
  it("divides a queue's visibility timeout, rounding up", async (context) => {
    const queues = [makeQueue({ visibilityTimeoutSeconds: 185 })];
    const { sqs, queueUrl } = await startWithClient(context, { queues, timeScale: 10 });
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["VisibilityTimeout"] }),
    );
    assert.equal(Attributes?.VisibilityTimeout, "19");
  });

  it("keeps a queue's visibility timeout at least as long as the function's timeout", async (context) => {
    const { sqs, endpoint, server } = await startWithClient(context);
    await endpoint.createQueue(makeQueue({ queueName: "slow", visibilityTimeoutSeconds: 180 }), {
      timeScale: 60,
      visibilityAtLeastSeconds: 30,
    });
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: `${server.url}/000000000000/slow`,
        AttributeNames: ["VisibilityTimeout"],
      }),
    );
    assert.equal(Attributes?.VisibilityTimeout, "30");
  });

  it("makes a message hidden for minutes visible within seconds", async (context) => {
    const { sqs, queueUrl } = await startWithClient(context, { timeScale: 600 });
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "later" }));
    const [message] = await receive(sqs, queueUrl);
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 300,
      }),
    );
    assert.deepEqual(await receive(sqs, queueUrl), [], "it is not back at once");
    const [again] = await receive(sqs, queueUrl, { WaitTimeSeconds: 5 });
    assert.equal(again?.Body, "later");
  });

  it("makes messages that are delayed for minutes visible within seconds, alone and in a batch", async (context) => {
    const { sqs, queueUrl: QueueUrl } = await startWithClient(context, { timeScale: 600 });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "later", DelaySeconds: 300 }));
    const Entries = [{ Id: "1", MessageBody: "later too", DelaySeconds: 600 }];
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    assert.deepEqual(await receive(sqs, QueueUrl), [], "they are not there at once");
    const [first] = await receive(sqs, QueueUrl, { WaitTimeSeconds: 5 });
    const [second] = await receive(sqs, QueueUrl, { WaitTimeSeconds: 5 });
    assert.deepEqual(new Set([first?.Body, second?.Body]), new Set(["later", "later too"]));
  });

  it("leaves zero unchanged", async (context) => {
    const { sqs, queueUrl } = await startWithClient(context, { timeScale: 10 });
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "now" }));
    await receive(sqs, queueUrl, { VisibilityTimeout: 0 });
    const [again] = await receive(sqs, queueUrl);
    assert.equal(again?.Body, "now");
  });
});

describe("a fault", () => {
  it("of the whole call has no effect and returns its code", async (context) => {
    const { sqs, queueUrl, endpoint } = await startWithClient(context, {
      chooseFault: ({ action, queueName }) =>
        action === "SendMessage" && queueName === "intents"
          ? { kind: "error", code: "RequestThrottled", status: 403 }
          : undefined,
    });
    await assert.rejects(sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "x" })), {
      name: "RequestThrottled",
    });
    assert.equal((await endpoint.peek("intents")).length, 0);
  });

  it("of entries lists them as failed and executes the others", async (context) => {
    const { sqs, queueUrl, endpoint } = await startWithClient(context, {
      chooseFault: () => ({ kind: "failEntries", ids: ["b"], code: "InternalError" }),
    });
    const Entries = ["a", "b", "c"].map((Id) => ({ Id, MessageBody: Id }));
    const result = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    assert.deepEqual(
      result.Successful?.map(({ Id }) => Id),
      ["a", "c"],
    );
    assert.deepEqual(
      result.Failed?.map(({ Id, Code }) => [Id, Code]),
      [["b", "InternalError"]],
    );
    assert.equal((await endpoint.peek("intents")).length, 2);
  });

  it("that loses the response still executes the call", async (context) => {
    const { sqs, queueUrl, endpoint } = await startWithClient(context, {
      chooseFault: ({ action }) => (action === "SendMessage" ? { kind: "loseAnswer" } : undefined),
    });
    await assert.rejects(sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "x" })));
    assert.equal((await endpoint.peek("intents")).length, 1);
  });
});

it("a message received by a long poll whose caller has disconnected is visible at once", async (context) => {
  const polled = Promise.withResolvers<void>();
  const { sqs, queueUrl } = await startWithClient(context, {
    chooseFault: ({ action, input }) => {
      if (action === "ReceiveMessage" && input.WaitTimeSeconds === 20) polled.resolve();
      return undefined;
    },
  });
  const gone = new AbortController();
  const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 20 }), {
    abortSignal: gone.signal,
  });
  await polled.promise;
  gone.abort();
  await assert.rejects(poll, { name: "AbortError" });

  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "not lost" }));
  const [message] = await receive(sqs, queueUrl, { WaitTimeSeconds: 5 });
  assert.equal(message?.Body, "not lost");
});

it("a body may contain every character that SQS accepts, and no other", async (context) => {
  const { sqs, queueUrl } = await startWithClient(context);
  const body = "\t\n\r ~\u007f\ud7ff\ue000\ufffd\u{10000}\u{1f600}\u{10ffff}";
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  const [message] = await receive(sqs, queueUrl);
  assert.equal(message?.Body, body);
  for (const invalid of ["\u0000", "\u000b", "\u001f", "\ufffe", "\uffff"]) {
    await assert.rejects(sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: invalid })), {
      name: /InvalidMessageContents$/,
    });
  }
});

it("message attributes that SQS does not take are refused: of a batch, their entries", async (context) => {
  const { sqs, queueUrl: QueueUrl } = await startWithClient(context);
  const attribute = (StringValue = "x") => ({ DataType: "String", StringValue });
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, attribute()]));
  const cases: [Record<string, MessageAttributeValue>, string][] = [
    [many(11), "Number of message attributes [11] exceeds the allowed maximum [10]."],
    [
      { "AWS.id": attribute() },
      "The name of the message attribute 'AWS.id' must not start with AWS. or Amazon.",
    ],
    [
      { tenant: attribute("") },
      "The message attribute 'tenant' must contain a non-empty value of the type String.",
    ],
    [
      { tenant: { DataType: "Binary", StringValue: "x" } },
      "The message attribute 'tenant' must contain a non-empty value of the type Binary.",
    ],
    [
      { count: { DataType: "Number", StringValue: "ten" } },
      "Can't cast the value of message attribute 'count' to a number.",
    ],
    [
      { tenant: { DataType: "string", StringValue: "x" } },
      "The type of message attribute 'tenant' is invalid. You must use only the following supported type prefixes: Binary, Number, String.",
    ],
    ...["tenant id", "täter", ".tenant", "tenant.", "a..b", "x".repeat(257)].map(
      (name): [Record<string, MessageAttributeValue>, string] => [
        { [name]: attribute() },
        `The name of the message attribute '${name}' must have 1 to 256 characters of A-Z, a-z, 0-9, _, - and single periods inside.`,
      ],
    ),
  ];
  for (const [attributes, message] of cases) {
    const refused = { MessageBody: "x", MessageAttributes: attributes };
    await assert.rejects(sqs.send(new SendMessageCommand({ QueueUrl, ...refused })), {
      name: "InvalidParameterValue",
      message,
    });
    const Entries = [
      { Id: "good", MessageBody: "x", MessageAttributes: many(10) },
      { Id: "bad", ...refused },
    ];
    const { Successful, Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    assert.deepEqual([Successful?.map(({ Id }) => Id), Failed?.map(({ Id }) => Id)], [["good"], ["bad"]]);
    assert.deepEqual([Failed?.[0]?.SenderFault, Failed?.[0]?.Message], [true, message]);
  }
});

it("messages that SQS does not take are refused: of a batch, their entries, each for its own reason", async (context) => {
  const { sqs, queueUrl: QueueUrl } = await startWithClient(context);
  const delay = (seconds: number) =>
    `Value ${seconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`;
  const cases = [
    [{ MessageBody: "" }, "MissingParameter", "The request must contain the parameter MessageBody."],
    [{ DelaySeconds: 901 }, "InvalidParameterValue", delay(901)],
    [{ DelaySeconds: -1 }, "InvalidParameterValue", delay(-1)],
    [
      { MessageDeduplicationId: "x" },
      "InvalidParameterValue",
      "The request include parameter MessageDeduplicationId which is not valid for this queue type",
    ],
    [
      { MessageGroupId: "a group" },
      "InvalidParameterValue",
      "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
    ],
  ] as const;
  for (const [wrong, name, message] of cases) {
    const sent = { QueueUrl, MessageBody: "x", ...wrong };
    await assert.rejects(sqs.send(new SendMessageCommand(sent)), { name, message });
  }
  const Entries = [
    { Id: "good", MessageBody: "x" },
    ...cases.map(([wrong], index) => ({ Id: `bad-${index}`, MessageBody: "x", ...wrong })),
  ];
  const { Successful, Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  assert.deepEqual(
    Successful?.map(({ Id }) => Id),
    ["good"],
  );
  assert.deepEqual(
    Failed?.map(({ Id, Code, Message }) => [Id, Code, Message]),
    cases.map(([, code, message], index) => [
      `bad-${index}`,
      code,
      message.replace(/ MessageBody/, ` SendMessageBatchRequestEntry.${index + 2}.MessageBody`),
    ]),
  );
});

it("a message keeps its group, as on a fair queue", async (context) => {
  const { sqs, queueUrl: QueueUrl } = await startWithClient(context);
  const names = { MessageSystemAttributeNames: ["MessageGroupId" as const] };
  const groupOf = async (input: object = {}) =>
    (await receive(sqs, QueueUrl, { ...names, ...input })).map(
      ({ Attributes }) => Attributes?.MessageGroupId,
    );
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageGroupId: "tenant-1" }));
  assert.deepEqual(await groupOf(), ["tenant-1"]);
  const polling = groupOf({ WaitTimeSeconds: 5 });
  const Entries = [{ Id: "a", MessageBody: "x", MessageGroupId: "tenant-2" }];
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  assert.deepEqual(await polling, ["tenant-2"]);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
  assert.deepEqual(await groupOf(), [undefined]);
});

it("an id of a batch's entry is required, and has at most 80 characters", async (context) => {
  const { sqs, queueUrl: QueueUrl } = await startWithClient(context);
  const send = (Id: string | undefined) =>
    sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id, MessageBody: "x" }] }));
  await assert.rejects(send(undefined), { name: "MissingParameter" });
  await assert.rejects(send("x".repeat(81)), { name: "InvalidBatchEntryId" });
  assert.equal((await send("x".repeat(80))).Successful?.length, 1);
});

it("what is no receipt handle is refused, such as a message's id", async (context) => {
  const { sqs, queueUrl: QueueUrl } = await startWithClient(context);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
  const [message] = await receive(sqs, QueueUrl);
  const ReceiptHandle = message?.MessageId;
  const name = "ReceiptHandleIsInvalid";
  await assert.rejects(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })), { name });
  const hide = { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 };
  await assert.rejects(sqs.send(new ChangeMessageVisibilityCommand(hide)), { name });
  const Entries = [
    { Id: "bad", ReceiptHandle },
    { Id: "good", ReceiptHandle: message?.ReceiptHandle },
  ];
  const { Successful, Failed } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  assert.deepEqual([Successful?.[0]?.Id, Failed?.[0]?.Id, Failed?.[0]?.Code], ["good", "bad", name]);
});

it("attributes that do not exist are refused, and none is returned if none is named", async (context) => {
  const { sqs, queueUrl: QueueUrl } = await startWithClient(context);
  const read = (...names: string[]) =>
    sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names as QueueAttributeName[] }));
  const refused = {
    name: "InvalidAttributeName",
    message: "Unknown Attribute ApproximateAgeOfOldestMessage.",
  };
  await assert.rejects(read("QueueArn", "ApproximateAgeOfOldestMessage"), refused);
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl }));
  assert.deepEqual(Attributes, {});
  const MessageSystemAttributeNames = ["SentAt" as MessageSystemAttributeName];
  await assert.rejects(receive(sqs, QueueUrl, { MessageSystemAttributeNames }), {
    name: "InvalidAttributeName",
  });
});

it("a member of another type than the API's is refused, and not with a 500, which clients retry", async (context) => {
  const { queueUrl: QueueUrl, server } = await startWithClient(context);
  const call = async (action: string, input: object) => {
    const headers = { "x-amz-target": `AmazonSQS.${action}` };
    const body = JSON.stringify({ QueueUrl, ...input });
    const answer = await fetch(server.url, { method: "POST", headers, body });
    const { __type, Message } = JSON.parse(await answer.text());
    return [answer.status, __type.replace(/.*#/, ""), Message];
  };
  for (const [action, input, message] of [
    ["SendMessage", { MessageBody: { id: "x" } }, "MessageBody must be a string."],
    ["SendMessage", { MessageBody: "x", DelaySeconds: "5" }, "DelaySeconds must be a whole number."],
    ["SendMessage", { MessageBody: "x", MessageAttributes: "x" }, "MessageAttributes must be an object."],
    [
      "SendMessage",
      { MessageBody: "x", MessageAttributes: { tenant: "x" } },
      "The attribute tenant: It must be an object.",
    ],
    [
      "SendMessage",
      { MessageBody: "x", MessageAttributes: { count: { DataType: "Number", StringValue: 5 } } },
      "The attribute count: StringValue must be a string.",
    ],
    ["SendMessageBatch", { Entries: { Id: "0" } }, "Entries must be a list."],
    ["SendMessageBatch", { Entries: [null] }, "An entry must be an object."],
    ["SendMessageBatch", { Entries: [{ Id: 0, MessageBody: "x" }] }, "Id must be a string."],
  ] as const) {
    assert.deepEqual(await call(action, input), [400, "SerializationException", message]);
  }
});

it("seconds that are not whole are refused, as by SQS", async (context) => {
  const { sqs, queueUrl: QueueUrl } = await startWithClient(context);
  const refused = { name: "SerializationException", message: /whole number/ };
  const message = { Id: "0", MessageBody: "x" };
  const send = (DelaySeconds: number) =>
    sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ ...message, DelaySeconds }] }));
  await assert.rejects(send(5.6), refused);
  const hide = { QueueUrl, ReceiptHandle: "r", VisibilityTimeout: 0.5 };
  await assert.rejects(sqs.send(new ChangeMessageVisibilityCommand(hide)), refused);
  assert.equal((await send(6)).Successful?.length, 1);
});
