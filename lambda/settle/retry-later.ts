import type { IdentifiedIntent, ReadSoFar } from "../intake/intent.ts";
import type { RetryReason } from "../ports.ts";
import { UndeliveredError } from "./batcher.ts";
import type { Disposition } from "./disposition.ts";
import { enqueuedMessage } from "./enqueued-message.ts";
import { ageOf, logRecord, type RecordContext } from "./record-context.ts";
import { visibilitySeconds } from "./retry-delays.ts";

/** Why and when a delivery is retried. */
export interface Retry {
  readonly reason: RetryReason;
  readonly delaySeconds: number;
  /** The error behind the reason. */
  readonly error?: { readonly name: string; readonly requestId?: string };
}

/** Whether this delivery is an event that the deployment lets go to the intent queue. */
export function canBeEnqueued({ record, invocation }: RecordContext): boolean {
  return !record.delivery && invocation.intentQueue !== undefined;
}

/** Has an intent delivered again: a message returns to its queue, an event is enqueued if the deployment allows it. */
export async function retryLater(
  context: RecordContext,
  identified: IdentifiedIntent,
  retry: Retry,
): Promise<Disposition> {
  const { record, history, invocation, ports } = context;
  if (record.delivery || !invocation.intentQueue) return returnToQueue(context, identified, retry);
  const { reason, delaySeconds } = retry;
  const now = ports.clock.now();
  const firstSentAt = Math.min(now, history.firstSentAt ?? now, identified.intent.time ?? now);
  const message = enqueuedMessage(record, { reason, delaySeconds, history, firstSentAt });
  try {
    await invocation.intentQueue.put(message);
  } catch (thrown) {
    return retryUndelivered(context, identified, "NotEnqueued", thrown);
  }
  reportRetry(context, identified, retry, { enqueued: true, retryInSeconds: message.DelaySeconds });
  return { kind: "done" };
}

/** An outcome, a dead letter or an event for the intent queue was not delivered: the record is retried soon. */
export function retryUndelivered(
  context: RecordContext,
  read: ReadSoFar,
  reason: RetryReason,
  error: unknown,
): Promise<Disposition> {
  if (!(error instanceof UndeliveredError)) throw error;
  return returnToQueue(context, read, { reason, delaySeconds: 10, error: error.entryError });
}

/**
 * Returns a delivery to where it came from. If its visibility timeout cannot be changed, the message reappears after the
 * queue's default.
 */
async function returnToQueue(context: RecordContext, read: ReadSoFar, retry: Retry): Promise<Disposition> {
  const { record, ports, invocation } = context;
  let retryInSeconds: number | undefined;
  if (record.delivery) {
    const { receiptHandle, receiveCount } = record.delivery;
    const ageLeftMs = ports.settings.maxIntentAgeMs - (ageOf(context, read) ?? 0);
    const seconds = visibilitySeconds(retry.delaySeconds, receiveCount, ageLeftMs);
    try {
      await ports.changeVisibility(receiptHandle, seconds, invocation.signal);
      retryInSeconds = seconds;
    } catch (thrown) {
      ports.log.visibilityUnchanged(record.delivery.messageId, (thrown as Error).name);
    }
  }
  reportRetry(context, read, retry, { retryInSeconds });
  return { kind: "retry", reason: retry.reason, error: retry.error?.name };
}

function reportRetry(
  context: RecordContext,
  read: ReadSoFar,
  { reason, error }: Retry,
  when: { readonly enqueued?: true; readonly retryInSeconds?: number },
) {
  context.ports.metrics.retried(reason, ageOf(context, read));
  logRecord(context, read, {
    status: "retry",
    reason,
    requestId: error?.requestId,
    error: error?.name,
    ...when,
  });
}
