import { attributeNames, type History } from "../intake/history.ts";
import type { IntentRecord } from "../intake/record.ts";
import type { RetryReason } from "../ports.ts";
import type { QueueMessage } from "./queue-message.ts";

/** SQS's limit. */
const maxDelaySeconds = 900;

/** Why an event is enqueued, and what its message must carry. */
export interface EnqueueContext {
  readonly reason: RetryReason;
  readonly delaySeconds: number;
  readonly history: History;
  /** When its age starts, now at the latest, in milliseconds since 1970. */
  readonly firstSentAt: number;
}

/**
 * An event as a message of the intent queue: its body is the event, and `History` keeps what the queue cannot know.
 * `effect` is always `unknown`: Lambda does not say whether an earlier delivery of the event has already asked Connect.
 */
export function enqueuedMessage(
  { body }: IntentRecord,
  { reason, delaySeconds, history, firstSentAt }: EnqueueContext,
): QueueMessage {
  const { replays, renewedAt } = history;
  const value = {
    firstSentAt: new Date(firstSentAt).toISOString(),
    effect: "unknown",
    replays,
    lastReason: reason,
    renewedAt: renewedAt === undefined ? undefined : new Date(renewedAt).toISOString(),
  };
  return {
    MessageBody: body,
    DelaySeconds: Math.min(maxDelaySeconds, Math.ceil(delaySeconds)),
    MessageAttributes: {
      [attributeNames.history]: { DataType: "String", StringValue: JSON.stringify(value) },
    },
  };
}
