import { expiryOf, firstSentAt } from "../intake/age.ts";
import type { CarriedResult } from "../intake/carried-result.ts";
import type { History } from "../intake/history.ts";
import type { IdentifiedIntent, ReadSoFar } from "../intake/intent.ts";
import type { IntentRecord } from "../intake/record.ts";
import type { Ports, RetryReason } from "../ports.ts";
import type { Effect, Refusal } from "../refusal.ts";
import { UndeliveredError } from "./batcher.ts";
import { enqueuedMessage } from "./enqueued-message.ts";
import { ageOf, type Disposition, isSoleDelivery, logRecord, type RecordContext } from "./record-context.ts";
import { retentionMs, retryDelaySeconds, type TimeLeft, visibilitySeconds } from "./retry-delays.ts";

/** Why and when a delivery is retried. */
export interface Retry {
  readonly reason: RetryReason;
  readonly delaySeconds: number;
  /** The error behind the reason. */
  readonly error?: { readonly name: string; readonly requestId?: string };
  /** When Connect did not find what the intent names, if it is asked once more. */
  readonly notFoundAt?: number;
}

/** Whether this delivery is an event that the deployment lets go to the intent queue. */
export function canBeEnqueued({ record, ports }: RecordContext): boolean {
  return !record.delivery && ports.settings.enqueueUnfinished === true;
}

/**
 * Has an intent delivered again: a message returns to its queue, an event is enqueued if the deployment allows it, with an
 * effect of `unknown`: Lambda does not say whether an earlier delivery of the event has already asked Connect.
 */
export async function retryLater(
  context: RecordContext,
  identified: IdentifiedIntent,
  retry: Retry,
): Promise<Disposition> {
  const { record, history, ports } = context;
  const { maxIntentAgeMs } = ports.settings;
  if (!canBeEnqueued(context)) {
    const expiresAt = expiryOf(identified.intent, record, history, maxIntentAgeMs);
    return returnToQueue(context, identified, retry, { expiresInMs: expiresAt - ports.clock.now() });
  }
  return replaceDelivery(context, identified, retry, { effect: "unknown" });
}

/**
 * What the intent names may not be visible yet: Connect is asked again in a new message, in place of this delivery, which
 * knows that it is the last time and what effect the requests until now can have had.
 */
export async function retryNotFound(
  context: RecordContext,
  identified: IdentifiedIntent,
  retry: Retry,
  effect: Effect,
): Promise<Disposition> {
  const thrown = await enqueue(context, identified, retry, { effect });
  if (!thrown) return { kind: "done" };
  return canBeEnqueued(context)
    ? retryUndelivered(context, identified, "NotEnqueued", thrown)
    : retryLater(context, identified, retry);
}

/** What was not delivered of a settled intent. */
export type UndeliveredReason = "OutcomeNotPublished" | "DeadLetterNotSent";

/**
 * Connect's answer was not published, or not dead-lettered: it travels in a new message, in place of this delivery. A
 * message that has it already is only retried. So is a shadow's: the deployment may be live before it is delivered again.
 */
export async function carryResult(
  context: RecordContext,
  identified: IdentifiedIntent,
  result: CarriedResult,
  reason: UndeliveredReason,
  undelivered: unknown,
): Promise<Disposition> {
  const { history, ports } = context;
  const error = undelivered instanceof UndeliveredError ? undelivered.entryError : undefined;
  if (error && !history.result && !ports.settings.isShadow) {
    const retry = { reason, delaySeconds: retryDelaySeconds(1, ports.random), error };
    // Should this delivery live on all the same, it asks again, and may move the contact before a refusal is published.
    const thrown = await enqueue(context, identified, retry, { effect: "unknown", result });
    if (!thrown) return { kind: "done" };
  }
  return retryUndelivered(context, identified, reason, undelivered);
}

/**
 * A failure that needs no request was not published, or not dead-lettered. Lambda delivers an event only twice more, within
 * minutes, so an event is enqueued if the deployment allows it: a message waits as long as it takes.
 */
export async function retryUnsettled(
  context: RecordContext,
  read: ReadSoFar,
  reason: UndeliveredReason,
  undelivered: unknown,
  effect: Effect,
): Promise<Disposition> {
  if (canBeEnqueued(context) && undelivered instanceof UndeliveredError) {
    const delaySeconds = retryDelaySeconds(undefined, context.ports.random);
    const thrown = await enqueue(
      context,
      read,
      { reason, delaySeconds, error: undelivered.entryError },
      { effect },
    );
    if (!thrown) return { kind: "done" };
  }
  return retryUndelivered(context, read, reason, undelivered);
}

/**
 * The effect of a failure is unknown: the failure travels in a new message, in place of this delivery, with the present as the
 * last instant at which a request may have been carried out. Undefined if it can never travel, because SQS refuses the message
 * with what is added to it.
 */
export async function carryUnknown(
  context: RecordContext,
  identified: IdentifiedIntent,
  refusal: Refusal,
  settleForMs: number,
): Promise<Disposition | undefined> {
  const result = { clientToken: identified.clientToken, kind: "refused", refusal } as const;
  const known = { effect: "unknown", result, askedUntil: context.ports.clock.now() } as const;
  const retry = { reason: "EffectUnknown", delaySeconds: settleForMs / 1000 } as const;
  const thrown = await enqueue(context, identified, retry, known);
  if (!thrown) return { kind: "done" };
  if (thrown instanceof UndeliveredError && thrown.entryError.fault === "message") return undefined;
  return retryUndelivered(context, identified, "NotEnqueued", thrown);
}

/**
 * Connect's reads have shown that no request was carried out: the intent starts anew, in a new message. If an earlier delivery
 * of this one may have sent such a message too, neither can be certain of the effect of the other.
 */
export function askAnew(context: RecordContext, identified: IdentifiedIntent): Promise<Disposition> {
  const nothing = { effect: isSoleDelivery(context) ? "none" : "unknown", result: undefined } as const;
  return replaceDelivery(context, identified, { reason: "EffectUnknown", delaySeconds: 0 }, nothing);
}

/** Connect's reads do not show yet what became of an intent. */
export function waitForReads(
  context: RecordContext,
  identified: IdentifiedIntent,
  delaySeconds: number,
): Promise<Disposition> {
  const retry = { reason: "EffectUnknown", delaySeconds } as const;
  return returnToQueue(context, identified, retry, keptFor(context.record, context.ports));
}

/** A new message takes the place of this delivery; if it cannot be sent, this one is retried. */
async function replaceDelivery(
  context: RecordContext,
  identified: IdentifiedIntent,
  retry: Retry,
  known: Known,
): Promise<Disposition> {
  const thrown = await enqueue(context, identified, retry, known);
  return thrown ? retryUndelivered(context, identified, "NotEnqueued", thrown) : { kind: "done" };
}

/** An outcome, a dead letter or a message for the intent queue was not delivered: the record is retried. */
export function retryUndelivered(
  context: RecordContext,
  read: ReadSoFar,
  reason: RetryReason,
  error: unknown,
): Promise<Disposition> {
  if (!(error instanceof UndeliveredError)) throw error;
  const { record, ports } = context;
  const delaySeconds = retryDelaySeconds(record.delivery?.receiveCount, ports.random);
  return returnToQueue(
    context,
    read,
    { reason, delaySeconds, error: error.entryError },
    keptFor(record, ports),
  );
}

/** A bug in the processing of a record: the message stays hidden for longer each time. */
export async function hideAfterBug(record: IntentRecord, signal: AbortSignal, ports: Ports): Promise<void> {
  const delaySeconds = retryDelaySeconds(record.delivery?.receiveCount, ports.random);
  try {
    await hide(record, delaySeconds, keptFor(record, ports), signal, ports);
  } catch {
    // A logger that throws: it must not fail the batch.
  }
}

/** What a new message says about the requests so far. */
type Known = Pick<History, "effect" | "result" | "askedUntil">;

/** Resolves with the error if the message was not sent. */
async function enqueue(
  context: RecordContext,
  read: ReadSoFar,
  retry: Retry,
  known: Known,
): Promise<unknown> {
  const { record, history, invocation, ports } = context;
  const now = ports.clock.now();
  // An event has no sent time: it is at least as old as this message.
  const sentAt = firstSentAt(record, history) ?? Math.min(now, read.intent?.time ?? now);
  const message = enqueuedMessage(record, { ...history, ...known, firstSentAt: sentAt }, retry);
  try {
    await invocation.intentQueue.put(message);
  } catch (thrown) {
    return thrown;
  }
  reportRetry(context, read, retry, { enqueued: true, retryInSeconds: message.DelaySeconds });
  return undefined;
}

/** Returns a delivery to where it came from. */
async function returnToQueue(
  { record, invocation, ports, ...context }: RecordContext,
  read: ReadSoFar,
  retry: Retry,
  left: TimeLeft,
): Promise<Disposition> {
  const retryInSeconds = await hide(record, retry.delaySeconds, left, invocation.signal, ports);
  reportRetry({ record, invocation, ports, ...context }, read, retry, { retryInSeconds });
  return { kind: "retry", reason: retry.reason, error: retry.error?.name };
}

/**
 * Hides a message, if it is one; resolves with the seconds. If its visibility timeout cannot be changed, the message
 * reappears after the queue's default.
 */
async function hide(
  { delivery }: IntentRecord,
  delaySeconds: number,
  left: TimeLeft,
  signal: AbortSignal,
  ports: Ports,
): Promise<number | undefined> {
  if (!delivery) return undefined;
  const seconds = visibilitySeconds(delaySeconds, delivery.receiveCount, left);
  try {
    await ports.changeVisibility(delivery.receiptHandle, seconds, signal);
    return seconds;
  } catch (thrown) {
    ports.log.visibilityUnchanged(delivery.messageId, (thrown as Error).name);
    return undefined;
  }
}

function keptFor({ delivery }: IntentRecord, { clock }: Ports): TimeLeft {
  const now = clock.now();
  return { keptForMs: (delivery?.sentAt ?? now) + retentionMs - now };
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
