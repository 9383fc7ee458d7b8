import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSMessageAttribute, SQSRecord } from "aws-lambda";
import { makeConnectHandler } from "../../local/services/connect/connect-endpoint.ts";
import type { Faults } from "../../local/services/connect/faults.ts";
import type { TransferContactInput } from "../../local/services/connect/request-limits.ts";
import type { RequestQuota } from "../../local/services/connect/request-quota.ts";
import { ConnectWorld, type ConnectWorldOptions } from "../../local/services/connect/world/connect-world.ts";
import { readWorld } from "../../local/services/connect/world/read-world.ts";
import seed from "../../local/services/connect/world/world.json" with { type: "json" };
import { EventBridge } from "../../local/services/eventbridge/event-bridge.ts";
import { makeEventBridgeHandler } from "../../local/services/eventbridge/eventbridge-endpoint.ts";
import type { PutEventsFaults } from "../../local/services/eventbridge/put-events-faults.ts";
import { type HttpHandler, startHttpServer } from "../../local/services/http-server.ts";
import type { QueueModel } from "../../local/services/sqs/queue-model.ts";
import { localAccountId, startSqsEndpoint } from "../../local/services/sqs/sqs-endpoint.ts";
import type { SqsCall, SqsFault } from "../../local/services/sqs/sqs-fault.ts";

const region = "us-east-1";

export interface LocalAwsOptions {
  readonly world?: Partial<ConnectWorldOptions>;
  readonly quota?: RequestQuota;
  readonly connectFaults?: Faults;
  /** Replaces Connect, for responses that Connect never sends. */
  readonly connectHandler?: HttpHandler;
  readonly putFaults?: PutEventsFaults;
  /** Faults in the function's own calls; those of the test never fail. */
  readonly sqsFaults?: (call: SqsCall) => SqsFault | undefined;
  readonly deadLetterQueue?: Partial<QueueModel>;
  /** Called for each call of the function that took effect or was refused, before its response. */
  readonly onEffect?: (action: string) => void;
}

/** An event that the function has put on the bus. */
export interface Outcome {
  readonly eventBusName: string;
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A message received from the dead-letter queue. */
export interface ReceivedDeadLetter {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
}

/** Connect, EventBridge and SQS on free ports of this machine, with an intent queue and a dead-letter queue. */
export interface LocalAws extends AsyncDisposable {
  readonly world: ConnectWorld;
  /** The environment that the SDK needs. */
  readonly env: Readonly<Record<string, string>>;
  readonly queueUrls: { readonly intentQueueUrl: string; readonly deadLetterQueueUrl: string };
  /** Every request to Connect, throttled ones and repeats included. */
  readonly requests: readonly TransferContactInput[];
  /** The actions of the function's calls, in order. */
  readonly calls: readonly string[];
  readonly outcomes: readonly Outcome[];
  /** Sends a message to the intent queue and receives it as a record. */
  deliver(body: unknown, attributes?: Record<string, MessageAttributeValue>): Promise<SQSRecord>;
  /** Receives a message that the function has sent to the intent queue. */
  receive(): Promise<SQSRecord>;
  /** Ends the visibility timeout of a delivered message, and receives it again. */
  redeliver(record: SQSRecord): Promise<SQSRecord>;
  /** Deletes a delivered message, as the event source mapping does if it has not failed. */
  acknowledge(record: SQSRecord): Promise<void>;
  /** Ids of the messages in the intent queue, in flight included. */
  queued(): Promise<string[]>;
  deadLetters(): Promise<ReceivedDeadLetter[]>;
}

const queueUrl = (queueName: string) => `https://sqs.${region}.amazonaws.com/${localAccountId}/${queueName}`;
/** Marks the test's own calls. */
const testAgent = "local-aws-test";

export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const { onEffect = () => {} } = options;
  await using starting = new AsyncDisposableStack();
  const calls: string[] = [];
  const requests: TransferContactInput[] = [];
  const outcomes: Outcome[] = [];

  let contactNumber = 0;
  const world = new (class extends ConnectWorld {
    override transferContact(input: Parameters<ConnectWorld["transferContact"]>[0]) {
      try {
        return super.transferContact(input);
      } finally {
        onEffect("TransferContact");
      }
    }
  })({
    seed: readWorld(seed, "world.json"),
    now: Date.now,
    newId: () => `new-contact-${++contactNumber}`,
    ...options.world,
  });
  const connect = await startHttpServer(
    options.connectHandler ??
      makeConnectHandler({
        world,
        quota: options.quota,
        faults: options.connectFaults,
        onRequest({ operation, input }) {
          calls.push(operation);
          requests.push(input);
        },
      }),
  );
  starting.defer(() => connect.close());

  const eventBridge = new EventBridge({
    region,
    accountId: localAccountId,
    randomUuid: randomUUID,
    now: Date.now,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    async deliver() {},
    async sendDeadLetter() {},
    onDropped() {},
    faults(entries) {
      calls.push("PutEvents");
      return options.putFaults?.(entries);
    },
  });
  eventBridge.onEvent((event, eventBusName) => {
    const { source, "detail-type": detailType, resources, detail } = event;
    outcomes.push({ eventBusName, source, detailType, resources, detail });
    onEffect("PutEvents");
  });
  const events = await startHttpServer(makeEventBridgeHandler(eventBridge));
  starting.defer(() => events.close());
  starting.defer(() => eventBridge.stop());

  // The test and the function call the same endpoint; only the function's calls are recorded and can fail.
  let call: { readonly ofTest: boolean; fault?: SqsFault } = { ofTest: true };
  const queues = startSqsEndpoint({
    region,
    chooseFault(sqsCall) {
      if (call.ofTest) return undefined;
      calls.push(sqsCall.action);
      call.fault = options.sqsFaults?.(sqsCall);
      return call.fault;
    },
  });
  const sqsServer = await startHttpServer(async (request, env) => {
    const thisCall: typeof call = { ofTest: request.headers.get("user-agent")?.includes(testAgent) ?? false };
    call = thisCall;
    const answer = await queues.handle(request, env);
    const hasEffect = !thisCall.ofTest && thisCall.fault?.kind !== "error";
    if (hasEffect) onEffect(String(request.headers.get("x-amz-target")).replace("AmazonSQS.", ""));
    return answer;
  });
  starting.defer(() => queues.close());
  starting.defer(() => sqsServer.close());
  await queues.createQueue(makeQueue("intents"));
  await queues.createQueue(makeQueue("dead-letters", options.deadLetterQueue));
  const sqs = new SQSClient({
    endpoint: sqsServer.url,
    useQueueUrlAsEndpoint: false,
    region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    customUserAgent: testAgent,
  });
  starting.defer(() => sqs.destroy());

  const intents = { QueueUrl: queueUrl("intents") };
  const receive = async (QueueUrl: string, input: object = {}): Promise<Message[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
        ...input,
      }),
    );
    return Messages;
  };
  const receiveRecord = async (messageId: string | undefined): Promise<SQSRecord> => {
    const [message, ...others] = await receive(intents.QueueUrl);
    if (!message || others.length > 0 || message.MessageId !== messageId) {
      throw new Error("The receive must return exactly the message that was made visible.");
    }
    return toRecord(message);
  };

  const running = starting.move();
  return {
    world,
    requests,
    calls,
    outcomes,
    queueUrls: { intentQueueUrl: intents.QueueUrl, deadLetterQueueUrl: queueUrl("dead-letters") },
    env: {
      AWS_ENDPOINT_URL_CONNECT: connect.url,
      AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
      AWS_ENDPOINT_URL_SQS: sqsServer.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    },
    async deliver(body, MessageAttributes) {
      const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
      const sent = await sqs.send(new SendMessageCommand({ ...intents, MessageBody, MessageAttributes }));
      return receiveRecord(sent.MessageId);
    },
    async receive() {
      const [message] = await queues.peek("intents");
      return receiveRecord(message?.messageId);
    },
    async redeliver({ receiptHandle: ReceiptHandle, messageId }) {
      const change = { ...intents, ReceiptHandle, VisibilityTimeout: 0 };
      await sqs.send(new ChangeMessageVisibilityCommand(change));
      return receiveRecord(messageId);
    },
    async acknowledge({ receiptHandle: ReceiptHandle }) {
      await sqs.send(new DeleteMessageCommand({ ...intents, ReceiptHandle }));
    },
    queued: async () => (await queues.peek("intents")).map(({ messageId }) => messageId),
    async deadLetters() {
      const messages = await receive(queueUrl("dead-letters"), { VisibilityTimeout: 0 });
      return messages.map(({ Body = "", MessageAttributes = {} }) => ({
        body: Body,
        attributes: MessageAttributes,
      }));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function makeQueue(queueName: string, overrides: Partial<QueueModel> = {}): QueueModel {
  return {
    logicalId: queueName,
    queueName,
    queueArn: `arn:aws:sqs:${region}:${localAccountId}:${queueName}`,
    queueUrl: queueUrl(queueName),
    visibilityTimeoutSeconds: 180,
    messageRetentionSeconds: 13 * 86_400,
    maximumMessageSizeBytes: 262_144,
    delaySeconds: 0,
    receiveMessageWaitSeconds: 0,
    ...overrides,
  };
}

function toRecord({ MessageId, ReceiptHandle, Body, Attributes, MessageAttributes }: Message): SQSRecord {
  return {
    messageId: MessageId ?? "",
    receiptHandle: ReceiptHandle ?? "",
    body: Body ?? "",
    attributes: {
      ApproximateReceiveCount: Attributes?.ApproximateReceiveCount ?? "",
      SentTimestamp: Attributes?.SentTimestamp ?? "",
      SenderId: Attributes?.SenderId ?? "",
      ApproximateFirstReceiveTimestamp: Attributes?.ApproximateFirstReceiveTimestamp ?? "",
    },
    messageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes ?? {}).map(([name, value]) => [name, toRecordAttribute(value)]),
    ),
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:${region}:${localAccountId}:intents`,
    awsRegion: region,
  };
}

function toRecordAttribute({
  StringValue,
  BinaryValue,
  DataType,
}: MessageAttributeValue): SQSMessageAttribute {
  return {
    stringValue: StringValue,
    binaryValue: BinaryValue && Buffer.from(BinaryValue).toString("base64"),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType as SQSMessageAttribute["dataType"],
  };
}
