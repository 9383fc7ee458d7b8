import type { ReadSoFar } from "../intake/intent.ts";
import type { Effect, Failure, FailureReason, Refusal } from "../refusal.ts";
import { deadLetter } from "./dead-letter.ts";
import type { Disposition } from "./disposition.ts";
import { failedOutcome } from "./outcome.ts";
import { ageOf, logRecord, type RecordContext } from "./record-context.ts";
import { retryUndelivered } from "./retry-later.ts";

/** Fails an intent permanently: publishes its outcome, then sends its dead letter. */
export async function fail(
  context: RecordContext,
  read: ReadSoFar,
  refusal: Refusal,
  mayHaveMoved = false,
): Promise<Disposition> {
  const { record, history, ports, invocation } = context;
  const { reason, message, ...rest } = refusal;
  const failure: Failure = { reason, message, effect: effectOf(context, reason, mayHaveMoved), ...rest };
  try {
    await invocation.outcomes.put(failedOutcome(read, record, failure, ports.settings));
  } catch (error) {
    return retryUndelivered(context, read, "OutcomeNotPublished", error);
  }
  try {
    const letter = deadLetter(record, failure, {
      intentId: read.intentId ?? read.intent?.intentId,
      clientToken: read.clientToken,
      history,
      failedAt: ports.clock.now(),
      requestId: invocation.requestId,
    });
    await invocation.sendDeadLetter(letter);
  } catch (error) {
    return retryUndelivered(context, read, "DeadLetterNotSent", error);
  }
  ports.metrics.failed(reason, ageOf(context, read));
  const { name, requestId } = failure.error ?? {};
  logRecord(context, read, { status: "failed", reason, requestId, error: name });
  return { kind: "done" };
}

/**
 * `none` only if no request for this message can have moved the contact: this is its first delivery, its history says
 * the same, and no answer of this delivery was lost. Lambda does not say how often it has delivered an event, so an event
 * is certain only if it can never have reached Connect.
 */
function effectOf({ record, history }: RecordContext, reason: FailureReason, mayHaveMoved: boolean): Effect {
  const isFirstDelivery = record.delivery ? record.delivery.receiveCount === 1 : reason === "InvalidIntent";
  return isFirstDelivery && history.effect === "none" && !mayHaveMoved ? "none" : "unknown";
}
