import type { Message } from "@aws-sdk/client-sqs";
import type { Instances } from "../../lambda/settings.ts";
import { type DeadLetter, type Origin, type ReportedFailure, reasonsByOrigin } from "./letter.ts";
import { historyOf } from "./letter-history.ts";
import { readAwsOrigin } from "./read-aws-origin.ts";
import { readFailure } from "./read-failure.ts";
import { type IntentReading, readIntent } from "./read-intent.ts";

/** Parses a message of the dead-letter queue from any sender. Never throws: the message can contain anything. */
export function readLetter(message: Message, instances: Instances): DeadLetter {
  const { MessageId = "", Body: body = "", Attributes = {}, MessageAttributes: attributes = {} } = message;
  const { origin, payload, happenedAt, wasMoved, queuedAt, reason, history } = readPast(message);
  const failure = origin.kind === "function" ? origin.failure : undefined;
  const intentBody = payload ?? body;
  const reading = readIntent(intentBody, instances);
  return {
    messageId: MessageId,
    sentAt: queuedAt,
    wasMoved,
    receiveCount: Number(Attributes.ApproximateReceiveCount ?? 1),
    body,
    messageGroupId: Attributes.MessageGroupId,
    attributes,
    origin,
    reason,
    message: messageOf(origin),
    failedAt: failure?.failedAt ?? happenedAt ?? queuedAt,
    intentBody,
    reading,
    groupKey: groupKeyOf(reading, failure, MessageId),
    history,
  };
}

/** What is known of a message without its intent: who sent it, when, why, and its deliveries. */
interface Past extends ReadOrigin, Pick<DeadLetter, "wasMoved" | "reason" | "history"> {
  /** When it was sent to the queue that it is in, or was moved from. */
  readonly queuedAt: number;
}

/** Reads who sent a message and its history, for those who do not need the intent, which takes longest to read. */
export function readPast(message: Message): Past {
  const { Attributes = {}, MessageAttributes: attributes = {} } = message;
  const queuedAt = Number(Attributes.SentTimestamp ?? 0);
  const wasMoved = Attributes.DeadLetterQueueSourceArn !== undefined;
  const read = originOf(message, wasMoved);
  const { origin, happenedAt = queuedAt } = read;
  const sentAt = Math.min(queuedAt, happenedAt);
  return {
    ...read,
    wasMoved,
    queuedAt,
    reason: reasonOf(origin, attributes.FailureReason?.StringValue),
    history: historyOf({ origin: origin.kind, attributes, sentAt, wasMoved }),
  };
}

interface ReadOrigin {
  readonly origin: Origin;
  /** The event inside a destination record. */
  readonly payload?: string;
  /** When the record was written. */
  readonly happenedAt?: number;
}

function originOf({ Body = "", MessageAttributes = {} }: Message, wasMoved: boolean): ReadOrigin {
  const isFailed = MessageAttributes.FailureReason !== undefined || MessageAttributes.Failure !== undefined;
  if (wasMoved) return { origin: { kind: "sqs" } };
  if (isFailed) {
    return { origin: { kind: "function", failure: readFailure(MessageAttributes.Failure?.StringValue) } };
  }
  return readAwsOrigin(Body, MessageAttributes) ?? { origin: { kind: "sqs" } };
}

function reasonOf(origin: Origin, failureReason: string | undefined): string {
  return origin.kind === "function" ? (failureReason ?? reasonsByOrigin.sqs) : reasonsByOrigin[origin.kind];
}

function messageOf(origin: Origin): string {
  switch (origin.kind) {
    case "function":
      return origin.failure?.message ?? "SQS refused the attribute with the details of the failure";
    case "sqs":
      return "SQS moved it after too many receives, or somebody sent it here: it has no reason";
    case "rule":
    case "schedule":
    case "outcome":
    case "invocation":
      return [origin.error.code, origin.error.message].filter(Boolean).join(": ") || "no error was reported";
    case "event ids": {
      const { code = "no error was reported" } = origin.error;
      return `${code}: the record names ${origin.eventIds.length} events by id and contains none of them`;
    }
  }
}

/** Dead letters with the same token are one request; each one without a token is its own. */
function groupKeyOf(reading: IntentReading, failure: ReportedFailure | undefined, messageId: string): string {
  return (
    failure?.clientToken ??
    (reading.kind === "intent" ? reading.clientToken : undefined) ??
    `message ${messageId}`
  );
}
