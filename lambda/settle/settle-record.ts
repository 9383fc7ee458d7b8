import type { TransferResponse } from "../../events/generated/contact-transfer-succeeded.ts";
import { ageStart } from "../intake/age.ts";
import type { History } from "../intake/history.ts";
import type { IntentRecord } from "../intake/record.ts";
import type { Invocation } from "../invocation.ts";
import type { Ports, RecordLine, RetryReason } from "../ports.ts";
import type { Effect, Failure, FailureReason, Refusal } from "../refusal.ts";
import type { ResultCache } from "../transfer/result-cache.ts";
import { UndeliveredError } from "./batcher.ts";
import { deadLetter } from "./dead-letter.ts";
import { enqueuedMessage } from "./enqueue-event.ts";
import { failedOutcome, type IdentifiedIntent, succeededOutcome } from "./outcome.ts";
import { visibilitySeconds } from "./retry-delays.ts";

/** What becomes of a delivery: it is done, or it must be delivered again. */
export type Disposition =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly reason: RetryReason; readonly error?: string };

/** One delivery while it is worked on. */
export interface Delivered {
  readonly record: IntentRecord;
  readonly history: History;
  readonly startedAt: number;
  readonly invocation: Invocation;
  readonly results: ResultCache;
  readonly ports: Ports;
}

/** As much of an intent as could be read. */
export type Known = Partial<IdentifiedIntent> & { readonly intentId?: string };

/** Tells that Connect has made the transfer. */
export async function succeed(
  delivered: Delivered,
  known: IdentifiedIntent,
  { response, requestId }: { readonly response: TransferResponse; readonly requestId?: string },
): Promise<Disposition> {
  const { record, ports, invocation, results } = delivered;
  try {
    await invocation.outcomes.put(succeededOutcome(known, record, response, ports.settings));
  } catch (error) {
    return onUndelivered(delivered, known, "OutcomeNotPublished", error);
  }
  results.onReported(known.clientToken);
  ports.metrics.succeeded(ageOf(delivered, known));
  logLine(delivered, known, { status: "succeeded", requestId });
  return { kind: "done" };
}

/** Gives an intent up: tells its outcome, then dead-letters it. */
export async function fail(
  delivered: Delivered,
  known: Known,
  refusal: Refusal,
  mayHaveMoved = false,
): Promise<Disposition> {
  const { record, history, ports, invocation, results } = delivered;
  const { reason, message, ...rest } = refusal;
  const failure: Failure = { reason, message, effect: effectOf(delivered, reason, mayHaveMoved), ...rest };
  try {
    await invocation.outcomes.put(failedOutcome(known, record, failure, ports.settings));
  } catch (error) {
    return onUndelivered(delivered, known, "OutcomeNotPublished", error);
  }
  if (known.clientToken) results.onReported(known.clientToken);
  try {
    const { clientToken, intentId = known.intent?.intentId } = known;
    const context = {
      intentId,
      clientToken,
      history,
      failedAt: ports.clock.now(),
      requestId: invocation.requestId,
    };
    await invocation.sendDeadLetter(deadLetter(record, failure, context));
  } catch (error) {
    return onUndelivered(delivered, known, "DeadLetterNotSent", error);
  }
  ports.metrics.failed(reason, ageOf(delivered, known));
  const { name, requestId } = failure.error ?? {};
  logLine(delivered, known, { status: "failed", reason, requestId, error: name });
  return { kind: "done" };
}

/** Whether the deployment lets this delivery, an event, go to the intent queue. */
export function canBeEnqueued({ record, invocation }: Delivered): boolean {
  return !record.delivery && invocation.intentQueue !== undefined;
}

/** Has an intent delivered again after `delaySeconds`: a message comes back, an event is handed to the intent queue where it can be. */
export async function putBack(
  delivered: Delivered,
  known: IdentifiedIntent,
  reason: RetryReason,
  delaySeconds: number,
  error?: CallError,
): Promise<Disposition> {
  const { record, history, invocation, ports } = delivered;
  if (record.delivery || !invocation.intentQueue) {
    return giveBack(delivered, known, reason, delaySeconds, error);
  }
  const now = ports.clock.now();
  const firstSentAt = Math.min(now, history.firstSentAt ?? now, known.intent.time ?? now);
  const message = enqueuedMessage(record, { reason, delaySeconds, history, firstSentAt });
  try {
    await invocation.intentQueue.put(message);
  } catch (thrown) {
    return onUndelivered(delivered, known, "NotEnqueued", thrown);
  }
  ports.metrics.retried(reason, ageOf(delivered, known));
  logLine(delivered, known, {
    status: "retry",
    reason,
    requestId: error?.requestId,
    error: error?.name,
    enqueued: true,
    retryInSeconds: message.DelaySeconds,
  });
  return { kind: "done" };
}

/** What failed behind a reason. */
interface CallError {
  readonly name: string;
  readonly requestId?: string;
}

/**
 * Gives a delivery back. A visibility timeout that cannot be changed changes nothing but when: the message then comes
 * back after the queue's own.
 */
async function giveBack(
  delivered: Delivered,
  known: Known,
  reason: RetryReason,
  delaySeconds: number,
  error?: CallError,
): Promise<Disposition> {
  const { record, ports, invocation } = delivered;
  const ageMs = ageOf(delivered, known);
  let retryInSeconds: number | undefined;
  if (record.delivery) {
    const { receiptHandle, receiveCount } = record.delivery;
    const ageLeftMs = ports.settings.maxIntentAgeMs - (ageMs ?? 0);
    const seconds = visibilitySeconds(delaySeconds, receiveCount, ageLeftMs);
    try {
      await ports.changeVisibility(receiptHandle, seconds, invocation.signal);
      retryInSeconds = seconds;
    } catch (thrown) {
      ports.log.visibilityUnchanged(record.delivery.messageId, (thrown as Error).name);
    }
  }
  ports.metrics.retried(reason, ageMs);
  logLine(delivered, known, {
    status: "retry",
    reason,
    requestId: error?.requestId,
    error: error?.name,
    retryInSeconds,
  });
  return { kind: "retry", reason, error: error?.name };
}

/** An outcome, a dead letter or a hand-over could not be put: the same delivery is worked on again in a while. */
function onUndelivered(
  delivered: Delivered,
  known: Known,
  reason: RetryReason,
  error: unknown,
): Promise<Disposition> {
  if (!(error instanceof UndeliveredError)) throw error;
  return giveBack(delivered, known, reason, undeliveredDelaySeconds, error.entryError);
}

const undeliveredDelaySeconds = 10;

/**
 * `none` only where no request for this message can have moved the contact: this is its first delivery, its history
 * says the same, and no answer of this delivery was lost. An event carries no count of its deliveries: of those, only
 * what can never have been asked is `none`.
 */
function effectOf({ record, history }: Delivered, reason: FailureReason, mayHaveMoved: boolean): Effect {
  const isFirstDelivery = record.delivery ? record.delivery.receiveCount === 1 : reason === "InvalidIntent";
  return isFirstDelivery && history.effect === "none" && !mayHaveMoved ? "none" : "unknown";
}

/** The intent's age; that of the message where no intent could be read. Undefined for an event without `time`. */
function ageOf({ record, history, ports }: Delivered, { intent }: Known): number | undefined {
  const bornAt = intent ? ageStart(intent, record, history)?.at : record.delivery?.sentAt;
  return bornAt === undefined ? undefined : ports.clock.now() - bornAt;
}

function logLine(delivered: Delivered, known: Known, line: Omit<RecordLine, "durationMs">) {
  const { record, startedAt, ports } = delivered;
  ports.log.record({
    ...line,
    messageId: record.delivery?.messageId,
    intentId: known.intent?.intentId,
    contactId: known.intent?.contactId,
    clientToken: known.clientToken,
    receiveCount: record.delivery?.receiveCount,
    durationMs: ports.clock.now() - startedAt,
  });
}
