import type { SQSMessageAttributes, SQSRecord } from "aws-lambda";

/** A delivered intent: a record of the queue, or an event that invoked the function directly. */
export interface IntentRecord {
  readonly body: string;
  readonly attributes: SQSMessageAttributes;
  /** Undefined for an event. */
  readonly delivery?: SqsDelivery;
}

/** One delivery of a queue message. Instants are milliseconds since 1970. */
export interface SqsDelivery {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly receiveCount: number;
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  /** Of a fair queue. */
  readonly messageGroupId?: string;
}

export function fromSqsRecord(record: SQSRecord): IntentRecord {
  return {
    body: record.body,
    attributes: record.messageAttributes,
    delivery: {
      messageId: record.messageId,
      receiptHandle: record.receiptHandle,
      receiveCount: Number(record.attributes.ApproximateReceiveCount),
      sentAt: Number(record.attributes.SentTimestamp),
      firstReceivedAt: Number(record.attributes.ApproximateFirstReceiveTimestamp),
      messageGroupId: record.attributes.MessageGroupId,
    },
  };
}

/**
 * An event as a record. Its body is what a dead letter keeps: JSON, with the two characters escaped that SQS refuses and
 * JSON.stringify does not escape.
 */
export function fromEvent(event: unknown): IntentRecord {
  const body = JSON.stringify(event).replace(
    /[\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
  return { body, attributes: {} };
}
