import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { buildApp, type MessageAttributeValue } from "fauxqs";
import type { HttpHandler } from "../http-server.ts";
import { allowEmoji } from "./allow-emoji.ts";
import type { QueueModel } from "./queue-model.ts";
import { answerWithFault, type SqsAnswer, type SqsCall, type SqsFault } from "./sqs-fault.ts";

/** How much faster than on AWS time passes for one queue. */
export interface QueueTime {
  /** Divides every visibility timeout of the queue and its messages, and their delays, rounded up to whole seconds. @default 1 */
  readonly timeScale?: number;
  /** Lower limit of the queue's own visibility timeout, because the function runs no faster. @default 0 */
  readonly visibilityAtLeastSeconds?: number;
}

export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  /** Values of the String attributes, by name. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

/** The local SQS: an emulator (fauxqs), with usable queue URLs and shorter times. */
export interface SqsEndpoint {
  readonly handle: HttpHandler;
  createQueue(queue: QueueModel, time?: QueueTime): Promise<void>;
  /** All messages of a queue, including those in flight, without receiving them. */
  peek(queueName: string): Promise<readonly QueuedMessage[]>;
  close(): Promise<void>;
}

export interface SqsEndpointOptions {
  readonly region: string;
  /** Chooses the fault of a client's call, if any. */
  readonly chooseFault?: (call: SqsCall) => SqsFault | undefined;
}

/** fauxqs has only this account. */
export const localAccountId = "000000000000";

/**
 * Starts fauxqs in this process. It would listen on all addresses of the machine, so it does not listen at all: calls are
 * injected. Queue URLs in answers get the host that the client called, so that every client can resolve them.
 */
export async function startSqsEndpoint(options: SqsEndpointOptions): Promise<SqsEndpoint> {
  await allowEmoji();
  const app = buildApp({ logger: false, defaultRegion: options.region });
  await app.ready();
  const timeScales = new Map<string, number>();

  const call = async (action: string, input: object, headers = new Headers()): Promise<SqsAnswer> => {
    const reply = await app.inject({
      method: "POST",
      url: "/",
      headers: {
        host: headers.get("host") ?? "127.0.0.1",
        authorization: headers.get("authorization") ?? "",
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AmazonSQS.${action}`,
      },
      payload: JSON.stringify(input),
    });
    return { status: reply.statusCode, headers: sqsHeaders(reply.headers), body: reply.body };
  };

  return {
    async handle(request, { outgoing }) {
      const { headers } = request;
      const sent = readCall(headers, await request.text());
      if (!sent) return serializationError("The request's body must be a JSON object.");
      const { action, queueName } = sent;
      const fraction = findFraction(sent.input);
      if (fraction) return serializationError(`${fraction} must be a whole number.`);
      const input = shortenTimes(sent.input, timeScales.get(queueName) ?? 1);
      const work = (asked: object) => call(action, asked, headers);
      const fault = options.chooseFault?.(sent);
      const answer = fault ? await answerWithFault(fault, input, work) : await work(input);
      if (!answer) {
        outgoing.destroy();
        return RESPONSE_ALREADY_SENT;
      }
      if (outgoing.destroyed && action === "ReceiveMessage") {
        await releaseMessages(answer, input.QueueUrl, (batch) => call("ChangeMessageVisibilityBatch", batch));
        return RESPONSE_ALREADY_SENT;
      }
      const { status, headers: answered, body } = answer;
      const text = actionsWithQueueUrls.has(action) ? usableQueueUrls(body, headers.get("host")) : body;
      return new Response(text, { status, headers: answered });
    },

    async createQueue(queue, { timeScale = 1, visibilityAtLeastSeconds = 0 } = {}) {
      timeScales.set(queue.queueName, timeScale);
      const shortened = Math.ceil(queue.visibilityTimeoutSeconds / timeScale);
      const visibilityTimeoutSeconds = Math.max(shortened, visibilityAtLeastSeconds);
      const input = {
        QueueName: queue.queueName,
        Attributes: queueAttributes({ ...queue, visibilityTimeoutSeconds }),
      };
      const answer = await call("CreateQueue", input);
      if (answer.status !== 200)
        throw new Error(`fauxqs rejects the queue ${queue.logicalId}: ${answer.body}`);
    },

    async peek(queueName) {
      const reply = await app.inject({ method: "GET", url: `/_fauxqs/queues/${queueName}` });
      const { ready, delayed, inflight } = reply.json<FauxqsQueue>().messages;
      return [...ready, ...delayed, ...inflight.map(({ message }) => message)].map(toQueuedMessage);
    },

    async close() {
      // Deleting a queue ends its long polls, which would keep the process alive.
      for (const QueueName of timeScales.keys()) {
        await call("DeleteQueue", { QueueUrl: `http://127.0.0.1/${localAccountId}/${QueueName}` });
      }
      await app.close();
    },
  };
}

type FauxqsQueue = {
  messages: { ready: SqsMessage[]; delayed: SqsMessage[]; inflight: { message: SqsMessage }[] };
};
type SqsMessage = {
  messageId: string;
  body: string;
  messageAttributes: Record<string, MessageAttributeValue>;
};

function toQueuedMessage({ messageId, body, messageAttributes }: SqsMessage): QueuedMessage {
  const attributes = Object.entries(messageAttributes).map(([name, { StringValue }]) => [name, StringValue]);
  return { messageId, body, attributes: Object.fromEntries(attributes) };
}

function queueAttributes(queue: QueueModel): Record<string, string> {
  return {
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.messageRetentionSeconds),
    MaximumMessageSize: String(queue.maximumMessageSizeBytes),
    DelaySeconds: String(queue.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(queue.receiveMessageWaitSeconds),
    ...(queue.redrivePolicy && { RedrivePolicy: JSON.stringify(queue.redrivePolicy) }),
  };
}

/** Undefined if the body is not a JSON object, or lists entries that are none. */
function readCall(headers: Headers, body: string): SqsCall | undefined {
  const action = (headers.get("x-amz-target") ?? "").replace("AmazonSQS.", "");
  const input = parseObject(body || "{}");
  const { Entries = [] } = input ?? {};
  if (!input || (Array.isArray(Entries) && !Entries.every(isObject))) return undefined;
  const queueName = String(input.QueueUrl ?? "")
    .split("/")
    .at(-1);
  return { action, queueName: queueName ?? "", input };
}

const wholeNumbers = ["DelaySeconds", "VisibilityTimeout", "WaitTimeSeconds", "MaxNumberOfMessages"];

/** A number of the call that SQS refuses, because it takes only whole seconds, while fauxqs takes any. */
function findFraction({ Entries = [], ...input }: SqsCall["input"]): string | undefined {
  const members: Readonly<Record<string, unknown>>[] = [input, ...(Array.isArray(Entries) ? Entries : [])];
  return wholeNumbers.find((name) =>
    members.some(({ [name]: value }) => typeof value === "number" && !Number.isInteger(value)),
  );
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function serializationError(message: string): Response {
  const body = {
    __type: "com.amazon.coral.service#SerializationException",
    Message: message,
  };
  return Response.json(body, { status: 400, headers: { "content-type": "application/x-amz-json-1.0" } });
}

/** Visibility timeouts and delays, rounded up to whole seconds: with a timeout of zero a message would reappear at once. */
function shortenTimes(input: SqsCall["input"], timeScale: number): SqsCall["input"] {
  if (timeScale === 1) return input;
  const shorten = (members: Readonly<Record<string, unknown>>) => {
    const times = ["VisibilityTimeout", "DelaySeconds"].flatMap((name) => {
      const { [name]: seconds } = members;
      return typeof seconds === "number" ? [[name, Math.ceil(seconds / timeScale)] as const] : [];
    });
    return { ...members, ...Object.fromEntries(times) };
  };
  const entries = input.Entries as readonly Record<string, unknown>[] | undefined;
  return { ...shorten(input), ...(entries && { Entries: entries.map(shorten) }) };
}

/** Messages of a long poll whose caller has disconnected become visible at once. */
async function releaseMessages(
  answer: SqsAnswer,
  QueueUrl: unknown,
  changeVisibility: (batch: object) => Promise<unknown>,
): Promise<void> {
  const { Messages = [] } = JSON.parse(answer.body || "{}") as { Messages?: { ReceiptHandle: string }[] };
  const Entries = Messages.map(({ ReceiptHandle }, index) => ({
    Id: String(index),
    ReceiptHandle,
    VisibilityTimeout: 0,
  }));
  if (Entries.length > 0) await changeVisibility({ QueueUrl, Entries });
}

const actionsWithQueueUrls: ReadonlySet<string> = new Set(["CreateQueue", "GetQueueUrl", "ListQueues"]);

/** fauxqs returns `http://sqs.REGION.localhost:PORT/…`, which not every client can resolve. */
function usableQueueUrls(body: string, host: string | null): string {
  return body.replaceAll(/"http:\/\/sqs\.[^/]+\//g, `"http://${host ?? "127.0.0.1"}/`);
}

function sqsHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const kept = ["content-type", "x-amz-request-id", "x-amzn-query-error"];
  return Object.fromEntries(
    kept.filter((name) => headers[name]).map((name) => [name, String(headers[name])]),
  );
}
