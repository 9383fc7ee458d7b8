import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { attributeNames, type History } from "../intake/history.ts";
import type { IntentRecord } from "../intake/record.ts";
import { asciiJson, displacedAttribute, messageGroup, ownAttributes } from "./dead-letter.ts";
import { maxAttributes, type QueueMessage, valueBytes } from "./queue-message.ts";

/** SQS's limit. */
const maxDelaySeconds = 900;

type Attributes = Readonly<Record<string, MessageAttributeValue>>;

export interface EnqueuedBecause {
  readonly reason: string;
  readonly delaySeconds: number;
  readonly notFoundAt?: number;
}

/**
 * A delivery as a new message of the intent queue: the same body, its own attributes, and a `History` that keeps what the
 * queue cannot know.
 */
export function enqueuedMessage(
  record: IntentRecord,
  history: History,
  { reason, delaySeconds, notFoundAt }: EnqueuedBecause,
): QueueMessage {
  return {
    MessageBody: record.body,
    DelaySeconds: Math.min(maxDelaySeconds, Math.ceil(delaySeconds)),
    ...messageGroup(record.delivery?.messageGroupId),
    MessageAttributes: { ...withHistory(ownAttributes(record, history), history, reason, notFoundAt) },
  };
}

/**
 * A message's own attributes with `History`, within SQS's limit of ten: the shortest ones that do not fit are stored
 * inside it, and the function restores them if the message fails.
 */
export function withHistory(
  own: Attributes,
  history: History,
  lastReason: string,
  notFoundAt?: number,
): Attributes {
  const byLength = Object.entries(own).sort(([, a], [, b]) => valueBytes(b) - valueBytes(a));
  const displaced = byLength.slice(maxAttributes - 1);
  const text = asciiJson({
    firstSentAt: iso(history.firstSentAt),
    effect: history.effect,
    replays: history.replays,
    lastReason,
    renewedAt: iso(history.renewedAt),
    result: history.result,
    notFoundAt: iso(notFoundAt),
    askedUntil: iso(history.askedUntil),
    attributes: displaced.length > 0 ? Object.fromEntries(displaced.map(displacedAttribute)) : undefined,
  });
  return {
    ...Object.fromEntries(byLength.slice(0, maxAttributes - 1)),
    [attributeNames.history]: { DataType: "String", StringValue: text },
  };
}

function iso(instant: number | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString();
}
