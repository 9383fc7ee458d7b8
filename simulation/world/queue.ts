import type { SQSMessageAttributes, SQSRecord } from "aws-lambda";
import type { VirtualTime } from "../../test/clocks/virtual-time.ts";
import { stringAttribute } from "../../test/makers.ts";
import type { Delivery, QueuedCopy } from "../history.ts";
import { sdkError } from "./calls/sdk-error.ts";

export interface Message {
  readonly copy: QueuedCopy;
  readonly body: string;
  readonly attributes: SQSMessageAttributes;
  receiveCount: number;
  firstReceivedAt?: number;
  receivedAt: number;
  visibleAt: number;
  handle: string;
}

/** A delivered message. */
export interface Received {
  readonly message: Message;
  readonly delivery: Delivery;
  /** What the function receives; undefined for direct delivery. */
  readonly record?: SQSRecord;
}

/** As the stack sets them. */
const visibilityTimeoutMs = 180_000;
export const maxReceiveCount = 1_000;
export const retentionMs = 13 * 24 * 3_600_000;
/** SQS hides a message for at most this long, counted from its receive. */
const longestHiddenMs = 12 * 3_600_000;

/** The intent queue, a standard one. Its caller chooses the order and duplicates. */
export class SimulatedQueue {
  readonly messages = new Map<string, Message>();
  onSend: () => void = () => {};
  readonly #time: VirtualTime;
  #handles = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  send(copy: QueuedCopy, body: string, attributes: SQSMessageAttributes, { delaySeconds = 0 } = {}) {
    const { receivesBefore } = copy;
    this.messages.set(copy.id, {
      copy,
      body,
      // An attribute of the producer, which dead letters keep: it distinguishes messages with the same body.
      attributes: { ...attributes, Copy: stringAttribute(copy.id) },
      receiveCount: receivesBefore,
      firstReceivedAt: receivesBefore > 0 ? copy.sentAt : undefined,
      receivedAt: 0,
      visibleAt: this.#time.now + delaySeconds * 1000,
      handle: "",
    });
    this.onSend();
  }

  visible(): Message[] {
    return [...this.messages.values()].filter(({ visibleAt }) => visibleAt <= this.#time.now);
  }

  /** When the next message is visible; undefined if the queue is empty. */
  nextVisibleAt(): number | undefined {
    let next: number | undefined;
    for (const { visibleAt } of this.messages.values())
      if (next === undefined || visibleAt < next) next = visibleAt;
    return next;
  }

  /** Delivers a message. `number` is that of the delivery. */
  receive(message: Message, number: number): Received {
    const { now } = this.#time;
    message.receiveCount += 1;
    message.firstReceivedAt ??= now;
    message.receivedAt = now;
    message.visibleAt = now + visibilityTimeoutMs;
    message.handle = `handle-${++this.#handles}`;
    const { copy, receiveCount: count, firstReceivedAt } = message;
    return {
      message,
      delivery: { number, copy: copy.id, count, firstReceivedAt },
      record: recordOf(message),
    };
  }

  /** ChangeMessageVisibility. Only the latest receipt handle counts. @throws as the SDK would */
  hide(handle: string, seconds: number): Message {
    const message = [...this.messages.values()].find((one) => one.handle === handle);
    if (!message) throw sdkError("ReceiptHandleIsInvalid", "The receipt handle has expired", 400);
    const visibleAt = this.#time.now + seconds * 1000;
    if (!Number.isInteger(seconds) || seconds < 0 || visibleAt > message.receivedAt + longestHiddenMs) {
      throw sdkError(
        "InvalidParameterValue",
        "Total VisibilityTimeout is beyond the limit of 43200 seconds",
        400,
      );
    }
    message.visibleAt = visibleAt;
    return message;
  }
}

function recordOf({ copy, body, attributes, handle, receiveCount, firstReceivedAt }: Message): SQSRecord {
  return {
    messageId: copy.id,
    receiptHandle: handle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(copy.sentAt),
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      SenderId: "AIDAEXAMPLE",
    },
    messageAttributes: attributes,
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:111122223333:intents",
    awsRegion: "us-east-1",
  };
}
