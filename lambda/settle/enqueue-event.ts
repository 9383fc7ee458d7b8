import { attributeNames, type History } from "../intake/history.ts";
import type { IntentRecord } from "../intake/record.ts";
import type { RetryReason } from "../ports.ts";
import type { DeadLetter } from "./dead-letter.ts";

/** SQS's most, in seconds. */
const maxDelaySeconds = 900;

/** Why an event is handed over, and what its message is to know. */
export interface EnqueueContext {
  readonly reason: RetryReason;
  readonly delaySeconds: number;
  readonly history: History;
  /** From when its age counts, at the latest now; milliseconds since 1970. */
  readonly firstSentAt: number;
}

/**
 * An event as a message of the intent queue: its body is the event, and `History` carries on what the queue cannot know.
 * `effect` is always `unknown`: Lambda does not tell whether an earlier delivery of the event has asked Connect already.
 */
export function enqueuedMessage(
  { body }: IntentRecord,
  { reason, delaySeconds, history, firstSentAt }: EnqueueContext,
): DeadLetter {
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
