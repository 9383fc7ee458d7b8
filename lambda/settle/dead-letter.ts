import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { SQSMessageAttribute } from "aws-lambda";
import type { Resolution } from "../../events/generated/contact-transfer-failed.ts";
import { firstSentAt } from "../intake/age.ts";
import { attributeNames, type History } from "../intake/history.ts";
import type { IntentRecord } from "../intake/record.ts";
import type { Failure } from "../refusal.ts";
import { maxAttributes, type QueueMessage, valueBytes } from "./queue-message.ts";

/** Longest `Failure`, in ASCII characters. */
const maxFailureLength = 32 * 1024;
const ownNames = new Set<string>(Object.values(attributeNames));

/** What `Failure` says besides the outcome's failure. */
export interface DeadLetterContext {
  readonly intentId?: string;
  readonly clientToken?: string;
  readonly history: History;
  /** What Connect's reads showed, if they were asked. */
  readonly resolution?: Resolution;
  readonly failedAt: number;
  /** The invocation's request id. */
  readonly requestId: string;
}

/**
 * The message for the dead-letter queue: the original body byte for byte, the message's attributes, `FailureReason` and
 * `Failure`. Attributes beyond SQS's limit of ten are kept inside `Failure` (the shortest ones).
 */
export function deadLetter(record: IntentRecord, failure: Failure, context: DeadLetterContext): QueueMessage {
  const attributes = Object.entries(ownAttributes(record, context.history)).sort(
    ([, a], [, b]) => valueBytes(b) - valueBytes(a),
  );
  const kept = attributes.slice(0, maxAttributes - 2);
  const displaced = attributes.slice(maxAttributes - 2);
  return {
    MessageBody: record.body,
    ...messageGroup(record.delivery?.messageGroupId),
    MessageAttributes: {
      ...Object.fromEntries(kept),
      [attributeNames.failureReason]: stringAttribute(failure.reason),
      [attributeNames.failure]: stringAttribute(failureText(record, failure, context, displaced)),
    },
  };
}

/** The group of a fair queue, which a message keeps. */
export function messageGroup(id: string | undefined): Pick<QueueMessage, "MessageGroupId"> {
  return id === undefined ? {} : { MessageGroupId: id };
}

/** A message's own attributes, with those that were displaced before. */
export function ownAttributes(
  record: Pick<IntentRecord, "attributes">,
  history: History,
): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries({ ...history.attributes, ...record.attributes })
      .filter(([name]) => !ownNames.has(name))
      .map(([name, attribute]) => [name, attributeValue(attribute)]),
  );
}

/**
 * What is left of a dead letter that SQS refuses as invalid: first its reason and the part of `Failure` that a replay needs
 * (short ASCII), then its reason alone.
 */
export function reduceDeadLetter({ MessageAttributes, ...message }: QueueMessage): QueueMessage | undefined {
  const { failureReason, failure } = attributeNames;
  const { [failureReason]: reason, [failure]: full } = MessageAttributes ?? {};
  if (!reason || !full) return undefined;
  const { reduced, effect, clientToken, firstSentAt, replays } = JSON.parse(String(full.StringValue));
  const kept = asciiJson({ reduced: true, effect, clientToken, firstSentAt, replays });
  return {
    ...message,
    MessageAttributes: { [failureReason]: reason, ...(!reduced && { [failure]: stringAttribute(kept) }) },
  };
}

function failureText(
  record: IntentRecord,
  failure: Failure,
  { intentId, clientToken, history, resolution, failedAt, requestId }: DeadLetterContext,
  displaced: readonly (readonly [string, MessageAttributeValue])[],
): string {
  // An event has no sent time: it is at least as old as its dead letter.
  const firstSent = firstSentAt(record, history) ?? failedAt;
  const { reason: _, violations = [], moreViolations = 0, ...rest } = failure;
  const withViolations = (count: number) => {
    const unlisted = violations.length - count + moreViolations;
    return asciiJson({
      ...rest,
      violations: violations.length > 0 ? violations.slice(0, count) : undefined,
      moreViolations: unlisted > 0 ? unlisted : undefined,
      resolution,
      intentId,
      clientToken,
      failedAt: new Date(failedAt).toISOString(),
      firstSentAt: new Date(firstSent).toISOString(),
      receiveCount: record.delivery?.receiveCount,
      replays: history.replays,
      requestId,
      attributes: displaced.length > 0 ? Object.fromEntries(displaced.map(displacedAttribute)) : undefined,
    });
  };
  let count = violations.length;
  let text = withViolations(count);
  while (text.length > maxFailureLength && count > 0) text = withViolations(--count);
  return text;
}

/** JSON in ASCII, which SQS accepts whatever characters the value has. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function stringAttribute(value: string): MessageAttributeValue {
  return { DataType: "String", StringValue: value };
}

/** From Lambda's form of an attribute to SQS's. */
function attributeValue({ dataType, stringValue, binaryValue }: SQSMessageAttribute): MessageAttributeValue {
  return typeof binaryValue === "string"
    ? { DataType: dataType, BinaryValue: Buffer.from(binaryValue, "base64") }
    : { DataType: dataType, StringValue: stringValue };
}

/** `{ dataType, stringValue }` or `{ dataType, binaryValue }` (base64), as in a Lambda record. */
export function displacedAttribute([name, value]: readonly [string, MessageAttributeValue]) {
  const { DataType: dataType, StringValue: stringValue, BinaryValue: binary } = value;
  const binaryValue = binary && Buffer.from(binary).toString("base64");
  return [name, binaryValue === undefined ? { dataType, stringValue } : { dataType, binaryValue }] as const;
}
