import { setTimeout } from "node:timers/promises";
import { ConnectClient } from "@aws-sdk/client-connect";
import {
  type MessageAttributeValue,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { defaultTransferMethods } from "../../lambda/resolve/successors.ts";
import { type HttpHandler, type HttpServer, startHttpServer } from "../../local/services/http-server.ts";
import { localAccountId, startSqsEndpoint } from "../../local/services/sqs/sqs-endpoint.ts";
import type { SqsCall, SqsFault } from "../../local/services/sqs/sqs-fault.ts";
import type { Deployment } from "../../operate/aws/find-deployment.ts";
import { openQueue } from "../../operate/aws/queue.ts";
import type { Session } from "../../operate/session.ts";
import { instanceArn, instanceId, makeEnvelope } from "../makers.ts";
import { makeTestTerminal } from "./test-terminal.ts";

/** The local SQS server with a dead-letter queue and an intent queue, and a session for them. */
export interface TestQueues {
  readonly session: Session;
  readonly sqs: SQSClient;
  readonly server: HttpServer;
  readonly deadLetterQueueUrl: string;
  readonly intentQueueUrl: string;
  /** What a command has printed to standard output, and to standard error. */
  readonly output: { readonly printed: string[]; readonly noted: string[] };
  /** The messages in a queue, in flight included. */
  peek(queue: "dead" | "intents"): ReturnType<ReturnType<typeof startSqsEndpoint>["peek"]>;
  /** Deletes all messages of a queue. */
  empty(queue: "dead" | "intents"): Promise<void>;
  /** Makes all received messages visible. */
  unhide(): Promise<void>;
  /** The messages that are visible now. */
  receiveAll(queue: "dead" | "intents"): Promise<ReceivedMessage[]>;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
}

export interface TestOptions {
  readonly chooseFault?: (call: SqsCall) => SqsFault | undefined;
  /** Called for each call when its response is ready, before it is sent. */
  readonly onAnswered?: (action: string, queueName: string, body: string) => Promise<void> | void;
  readonly deployment?: Partial<Deployment>;
  readonly signal?: AbortSignal;
  readonly connectUrl?: string;
  readonly maximumMessageSizeBytes?: number;
}

const region = "us-east-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** A test, or what does its work before the first one begins. */
export interface Ending {
  after(end: () => Promise<void>): void;
}

export async function startTestQueues(context: Ending, options: TestOptions = {}): Promise<TestQueues> {
  const endpoint = startSqsEndpoint({ region, chooseFault: options.chooseFault });
  const receipts = new Set<string>();
  const handle: HttpHandler = async (request, env) => {
    const asked = await request.clone().text();
    const answer = await endpoint.handle(request, env);
    const answered = await answer.clone().text();
    const action = String(request.headers.get("x-amz-target")).replace("AmazonSQS.", "");
    const { QueueUrl = "" } = JSON.parse(asked || "{}") as { QueueUrl?: string };
    if (action === "ReceiveMessage") {
      const { Messages = [] } = JSON.parse(answered || "{}") as { Messages?: { ReceiptHandle: string }[] };
      for (const { ReceiptHandle } of Messages) receipts.add(`${QueueUrl} ${ReceiptHandle}`);
    }
    await options.onAnswered?.(action, QueueUrl.split("/").at(-1) ?? "", answered);
    return answer;
  };
  const server = await startHttpServer(handle);
  const toSqs = { endpoint: server.url, region, credentials, useQueueUrlAsEndpoint: false };
  const sqs = new SQSClient({ ...toSqs, maxAttempts: 2 });
  const sendOnce = new SQSClient({ ...toSqs, maxAttempts: 1 });
  const connect = new ConnectClient({
    endpoint: options.connectUrl ?? "http://127.0.0.1:9",
    region,
    credentials,
    maxAttempts: 1,
  });
  context.after(async () => {
    for (const client of [sqs, sendOnce, connect]) client.destroy();
    await server.close();
    await endpoint.close();
  });
  const sizes = { dead: 1024 * 1024, intents: options.maximumMessageSizeBytes ?? 64 * 1024 };
  for (const [queueName, maximumMessageSizeBytes] of Object.entries(sizes)) {
    await endpoint.createQueue(makeQueue(queueName, maximumMessageSizeBytes));
  }
  const urlOf = (queueName: string) => `${server.url}/${localAccountId}/${queueName}`;
  const output = { printed: [], noted: [] };
  const deployment: Deployment = {
    deadLetterQueueUrl: urlOf("dead"),
    intentQueueUrl: urlOf("intents"),
    instances: {
      byId: new Map([[instanceId, { id: instanceId, arn: instanceArn }]]),
      defaultInstance: { id: instanceId, arn: instanceArn },
    },
    maxIntentAgeMs: 24 * 3_600_000,
    transfersPerSecond: 2,
    transferMethods: defaultTransferMethods,
    ...options.deployment,
  };
  const internal = (action: string, input: object) => {
    const headers = { "x-amz-target": `AmazonSQS.${action}` };
    const request = new Request(server.url, { method: "POST", headers, body: JSON.stringify(input) });
    return endpoint.handle(request, noConnection);
  };
  return {
    sqs,
    server,
    output,
    deadLetterQueueUrl: urlOf("dead"),
    intentQueueUrl: urlOf("intents"),
    session: makeSession({ sqs, sendOnce, connect }, deployment, output, options.signal),
    peek: (queue) => endpoint.peek(queue),
    async empty(queue) {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: urlOf(queue) }));
    },
    async unhide() {
      const these = [...receipts];
      receipts.clear();
      for (const receipt of these) {
        const [QueueUrl, ReceiptHandle] = receipt.split(" ");
        await internal("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
      }
    },
    receiveAll: (queue) => receiveAll(sqs, urlOf(queue)),
  };
}

/** An internal call has no connection that could break. */
const noConnection = { outgoing: { destroyed: false } } as Parameters<HttpHandler>[1];

function makeQueue(queueName: string, maximumMessageSizeBytes: number) {
  return {
    logicalId: queueName,
    queueName,
    queueArn: `arn:aws:sqs:${region}:${localAccountId}:${queueName}`,
    queueUrl: "",
    visibilityTimeoutSeconds: 30,
    messageRetentionSeconds: 14 * 86_400,
    maximumMessageSizeBytes,
    delaySeconds: 0,
    receiveMessageWaitSeconds: 0,
  };
}

function makeSession(
  { sqs, sendOnce, connect }: { sqs: SQSClient; sendOnce: SQSClient; connect: ConnectClient },
  deployment: Deployment,
  output: { printed: string[]; noted: string[] },
  signal = new AbortController().signal,
): Session {
  let runs = 0;
  return {
    deployment,
    outputs() {
      throw new Error("These queues belong to no stack.");
    },
    deadLetterQueue: () => openQueue(sqs, deployment.deadLetterQueueUrl ?? "", { sender: sendOnce }),
    intentQueue: () => openQueue(sqs, deployment.intentQueueUrl ?? ""),
    connect: async () => connect,
    eventBridge: notNeeded,
    logs: notNeeded,
    cloudWatch: notNeeded,
    clock: {
      now: Date.now,
      monotonic: () => performance.now(),
      sleep: (ms, sleepSignal) => setTimeout(ms, undefined, { signal: sleepSignal }),
    },
    terminal: makeTestTerminal(output),
    signal,
    operator: async () => ({ aws: "arn:aws:iam::111122223333:user/tester", local: "tester@here" }),
    newRunId: () => `run-${++runs}`,
    waitSeconds: 0,
    followEveryMs: 20,
  };
}

function notNeeded(): never {
  throw new Error("No command under test needs this client.");
}

async function receiveAll(sqs: SQSClient, QueueUrl: string): Promise<ReceivedMessage[]> {
  const received: ReceivedMessage[] = [];
  for (;;) {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 600,
      MessageAttributeNames: ["All"],
    });
    const { Messages = [] } = await sqs.send(command);
    if (Messages.length === 0) return received;
    for (const { MessageId = "", Body = "", MessageAttributes = {} } of Messages) {
      received.push({ messageId: MessageId, body: Body, attributes: MessageAttributes });
    }
  }
}

/** The parts of a dead letter; a body that is not a string is written as JSON. */
export interface LetterParts {
  readonly body?: unknown;
  readonly reason?: string;
  readonly failure?: Readonly<Record<string, unknown>> | string;
  readonly history?: Readonly<Record<string, unknown>>;
  readonly attributes?: Readonly<Record<string, MessageAttributeValue>>;
}

/** A dead letter of the function, unless the parts say otherwise. */
export function makeLetter({ body, reason, failure, history, attributes }: LetterParts = {}) {
  const text = (value: unknown): MessageAttributeValue => ({
    DataType: "String",
    StringValue: typeof value === "string" ? value : JSON.stringify(value),
  });
  return {
    MessageBody: typeof body === "string" ? body : JSON.stringify(body ?? makeEnvelope()),
    MessageAttributes: {
      ...attributes,
      ...(reason !== undefined && { FailureReason: text(reason) }),
      ...(failure !== undefined && { Failure: text(failure) }),
      ...(history !== undefined && { History: text(history) }),
    },
  };
}

/** A `Failure` of an intent that failed just now and was never replayed. */
export function makeFailure(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const now = new Date().toISOString();
  return {
    message: "the role may not transfer",
    effect: "none",
    failedAt: now,
    firstSentAt: now,
    receiveCount: 3,
    replays: 0,
    ...overrides,
  };
}

/** `hours` ago, as an ISO instant. */
export function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000).toISOString();
}

export async function sendLetter(queues: TestQueues, parts: LetterParts = {}): Promise<string> {
  const command = new SendMessageCommand({ QueueUrl: queues.deadLetterQueueUrl, ...makeLetter(parts) });
  const { MessageId = "" } = await queues.sqs.send(command);
  return MessageId;
}

/** `count` dead letters of intents `order-0`, `order-1`… */
export async function sendLetters(queues: TestQueues, count: number, parts: LetterParts = {}): Promise<void> {
  for (let start = 0; start < count; start += 10) {
    const Entries = Array.from({ length: Math.min(10, count - start) }, (_, offset) => ({
      Id: String(offset),
      ...makeLetter({
        reason: "AccessDenied",
        failure: makeFailure(),
        ...parts,
        body: makeEnvelope({ contactId: `task-${start + offset}` }, { id: `order-${start + offset}` }),
      }),
    }));
    await queues.sqs.send(new SendMessageBatchCommand({ QueueUrl: queues.deadLetterQueueUrl, Entries }));
  }
}
