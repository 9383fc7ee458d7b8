import { randomUUID } from "node:crypto";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { HttpHandler } from "../http-server.ts";
import { FauxqsQueues } from "./fauxqs-queues.ts";
import { findWrongType } from "./find-wrong-type.ts";
import { makeQueueClient, type QueueClient, type ReceivedMessage } from "./queue-client.ts";
import type { QueueModel } from "./queue-model.ts";
import { refuseCall } from "./refuse-call.ts";
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
  /** For services of this process: the same calls without HTTP, faults and shorter times included. */
  readonly client: QueueClient;
  createQueue(queue: QueueModel, time?: QueueTime): Promise<void>;
  /** All messages of a queue, including those in flight, without receiving them. */
  peek(queueName: string): Promise<readonly QueuedMessage[]>;
  /** How many messages `peek` returns. */
  count(queueName: string): number;
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
 * Starts the queues in this process. Queue URLs in answers get the host that the client called, so that every client can
 * resolve them.
 */
export function startSqsEndpoint({ region, chooseFault }: SqsEndpointOptions): SqsEndpoint {
  const queues = new FauxqsQueues(region);
  const timeScales = new Map<string, number>();

  /** Undefined means that the connection must be cut. */
  const carryOut = async (sent: SqsCall, caller: Headers = new Headers()): Promise<SqsAnswer | undefined> => {
    const wrong = findWrongType(sent.input);
    if (wrong !== undefined) return serializationError(wrong);
    const input = shortenTimes(sent.input, timeScales.get(sent.queueName) ?? 1);
    const headers = {
      host: caller.get("host") ?? "127.0.0.1",
      authorization: caller.get("authorization") ?? undefined,
    };
    const work = (asked: SqsCall["input"]) => queues.perform(sent.action, asked, { headers });
    const fault = chooseFault?.(sent) ?? refuseCall(sent);
    return fault ? answerWithFault(fault, input, work) : work(input);
  };
  const client = makeQueueClient((action, input) => carryOut(makeCall(action, input)));

  return {
    client,
    async handle(request, { outgoing }) {
      const { headers } = request;
      const sent = readCall(headers, await request.text());
      if (!sent) return respond(serializationError("The request's body must be a JSON object."));
      const answer = await carryOut(sent, headers);
      if (!answer) {
        outgoing.destroy();
        return RESPONSE_ALREADY_SENT;
      }
      if (outgoing.destroyed && sent.action === "ReceiveMessage") {
        // Its long poll has lost its caller.
        const { Messages = [] } = answer.body as { readonly Messages?: readonly ReceivedMessage[] };
        await client.releaseMessages(String(sent.input.QueueUrl), Messages);
        return RESPONSE_ALREADY_SENT;
      }
      return respond(answer, actionsWithQueueUrls.has(sent.action) ? headers.get("host") : undefined);
    },

    async createQueue(queue, { timeScale = 1, visibilityAtLeastSeconds = 0 } = {}) {
      timeScales.set(queue.queueName, timeScale);
      const shortened = Math.ceil(queue.visibilityTimeoutSeconds / timeScale);
      const visibilityTimeoutSeconds = Math.max(shortened, visibilityAtLeastSeconds);
      const Attributes = queueAttributes({ ...queue, visibilityTimeoutSeconds });
      const input = { QueueName: queue.queueName, Attributes };
      const { status, body } = await queues.perform("CreateQueue", input, { headers: {} });
      if (status !== 200)
        throw new Error(`fauxqs rejects the queue ${queue.logicalId}: ${JSON.stringify(body)}`);
    },

    peek: async (queueName) =>
      queues.messagesOf(queueName).map(({ messageId, body, messageAttributes }) => {
        const values = Object.entries(messageAttributes).map(([name, { StringValue }]) => [
          name,
          StringValue,
        ]);
        return { messageId, body, attributes: Object.fromEntries(values) };
      }),

    count: (queueName) => queues.messagesOf(queueName).length,

    close: async () => queues.close(),
  };
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

/** Undefined if the body is not a JSON object. */
function readCall(headers: Headers, body: string): SqsCall | undefined {
  const action = (headers.get("x-amz-target") ?? "").replace("AmazonSQS.", "");
  const input = parseObject(body || "{}");
  return input && makeCall(action, input);
}

function makeCall(action: string, input: SqsCall["input"]): SqsCall {
  const queueUrl = String(input.QueueUrl ?? "");
  return { action, queueName: queueUrl.slice(queueUrl.lastIndexOf("/") + 1), input };
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

function serializationError(message: string): SqsAnswer {
  const body = { __type: "com.amazon.coral.service#SerializationException", Message: message };
  return { status: 400, headers: {}, body };
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

const actionsWithQueueUrls: ReadonlySet<string> = new Set(["CreateQueue", "GetQueueUrl", "ListQueues"]);

/** fauxqs returns `http://sqs.REGION.localhost:PORT/…`, which not every client can resolve: they get `host`, if it is given. */
function respond({ status, headers, body }: SqsAnswer, host?: string | null): Response {
  const json = JSON.stringify(body);
  const text =
    host === undefined ? json : json.replaceAll(/"http:\/\/sqs\.[^/]+\//g, `"http://${host ?? "127.0.0.1"}/`);
  return new Response(text, {
    status,
    headers: {
      ...headers,
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-requestid": randomUUID(),
    },
  });
}
