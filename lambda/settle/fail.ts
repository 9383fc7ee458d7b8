import type { CarriedRefusal } from "../intake/carried-result.ts";
import type { IdentifiedIntent, ReadSoFar } from "../intake/intent.ts";
import type { Effect, Failure, FailureReason, Refusal } from "../refusal.ts";
import { deadLetter } from "./dead-letter.ts";
import { failedOutcome } from "./outcome.ts";
import {
  ageOf,
  type Disposition,
  isSoleDelivery,
  logRecord,
  outcomeSettings,
  type RecordContext,
} from "./record-context.ts";
import { carryResult, retryUnsettled, type UndeliveredReason } from "./retry-later.ts";
import { settleUnknown } from "./settle-unknown.ts";

/** Fails an intent permanently: publishes its outcome, then sends its dead letter. */
export async function fail(
  context: RecordContext,
  read: ReadSoFar,
  refusal: Refusal,
  mayHaveMoved = false,
): Promise<Disposition> {
  const effect = effectOf(context, refusal.reason, mayHaveMoved);
  return publishFailure(context, read, refusal, effect, (reason, error) =>
    retryUnsettled(context, read, reason, error, effect),
  );
}

/**
 * Fails an intent that Connect has refused, now or in an earlier delivery. The refusal travels if it cannot be published or
 * dead-lettered: another request would take a slot from other intents, and could move the contact after its failure was published.
 */
export async function failRefused(
  context: RecordContext,
  identified: IdentifiedIntent,
  refusal: CarriedRefusal,
  effect: Effect,
): Promise<Disposition> {
  const { clientToken } = identified;
  return publishFailure(context, identified, refusal, effect, (reason, error) =>
    carryResult(context, identified, { clientToken, kind: "refused", refusal }, reason, error),
  );
}

async function publishFailure(
  context: RecordContext,
  read: ReadSoFar,
  refusal: Refusal,
  effect: Effect,
  onUndelivered: (reason: UndeliveredReason, error: unknown) => Promise<Disposition>,
): Promise<Disposition> {
  const { record, history, ports, invocation } = context;
  const known = effect === "unknown" ? await resolve(context, read, refusal) : undefined;
  if (known?.kind === "settled") return known.disposition;
  const { reason, message, ...rest } = refusal;
  const failure: Failure = { reason, message, effect: known?.effect ?? effect, ...rest };
  const resolution = known?.resolution;
  try {
    await invocation.outcomes.put(failedOutcome(read, record, failure, outcomeSettings(context), resolution));
  } catch (error) {
    return onUndelivered("OutcomeNotPublished", error);
  }
  try {
    const letter = deadLetter(record, failure, {
      resolution,
      intentId: read.intentId ?? read.intent?.intentId,
      clientToken: read.clientToken,
      history,
      failedAt: ports.clock.now(),
      requestId: invocation.requestId,
    });
    await invocation.sendDeadLetter(letter);
  } catch (error) {
    return onUndelivered("DeadLetterNotSent", error);
  }
  ports.metrics.failed(reason, ageOf(context, read), resolution?.found);
  const { name, requestId } = failure.error ?? {};
  logRecord(context, read, { status: "failed", reason, requestId, error: name });
  return { kind: "done" };
}

/** What Connect's reads show of an intent whose effect is unknown; undefined if they are not asked. */
async function resolve(context: RecordContext, read: ReadSoFar, refusal: Refusal) {
  const { intent, clientToken } = read;
  // Nothing may be read outside of what the deployment allows.
  if (!context.reads || !intent || clientToken === undefined || refusal.reason === "NotAllowed")
    return undefined;
  const identified = { ...read, intent, clientToken };
  return settleUnknown(context, identified, refusal, context.reads);
}

/**
 * `none` only if no request for this message can have moved the contact: this is its first delivery and no other can run,
 * its history says the same, and no answer of this delivery was lost. An `InvalidRequest` may mean that another copy or a
 * twin has moved the contact. Lambda does not say how often it has delivered an event, so an event is certain only if it
 * can never have reached Connect.
 */
export function effectOf(
  context: Pick<RecordContext, "record" | "history" | "ports">,
  reason: FailureReason,
  mayHaveMoved: boolean,
): Effect {
  const { record, history } = context;
  const isCertain = record.delivery ? isSoleDelivery(context) : reason === "InvalidIntent";
  if (reason === "InvalidRequest") return "unknown";
  return isCertain && history.effect === "none" && !mayHaveMoved ? "none" : "unknown";
}
