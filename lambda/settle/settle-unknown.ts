import type { Resolution } from "../../events/generated/contact-transfer-failed.ts";
import { expiryOf, requested } from "../intake/age.ts";
import { type IdentifiedIntent, mayHaveTwin, requestOf } from "../intake/intent.ts";
import type { Effect, FailureReason, Refusal } from "../refusal.ts";
import { readEvidence } from "../resolve/read-evidence.ts";
import type { ReadsAtPace } from "../resolve/reads-at-pace.ts";
import { resolutionOf, resolvedAs, resolveEffect } from "../resolve/resolve-effect.ts";
import { type Disposition, isSoleDelivery, type RecordContext } from "./record-context.ts";
import { retryDelaySeconds } from "./retry-delays.ts";
import { askAnew, carryUnknown, waitForReads } from "./retry-later.ts";
import { succeedObserved } from "./succeed.ts";

/** What is certain of a failure whose effect is unknown. */
export type SettledUnknown =
  /** The delivery ends without a failure: nothing is certain yet, or the contact has moved where the intent wanted it. */
  | { readonly kind: "settled"; readonly disposition: Disposition }
  /** It failed, with this effect. */
  | { readonly kind: "failed"; readonly effect: Effect; readonly resolution: Resolution };

/** How long reads that fail are repeated at least, once a verdict could be final. */
const readForMs = 3_600_000;

/** Connect has decided about the intent itself: asking again cannot help. */
const permanent: readonly FailureReason[] = ["InvalidRequest", "ResourceNotFound", "IntentExpired"];

/**
 * Finds out what became of an intent before its effect is published as unknown. The first delivery that would publish it
 * lets the failure travel in a new message, with the instant until which requests may have been carried out; later ones ask
 * nothing, wait until Connect's reads must show what those requests have done, and read. Undefined if the failure cannot
 * travel: its effect stays unknown.
 */
export async function settleUnknown(
  context: RecordContext,
  identified: IdentifiedIntent,
  refusal: Refusal,
  reads: ReadsAtPace,
): Promise<SettledUnknown | undefined> {
  const { record, history, ports, invocation } = context;
  const rules = reads.settings;
  const { settleForMs } = rules;
  const { intent } = identified;
  const { askedUntil, result } = history;
  if (askedUntil === undefined || result === undefined) {
    const carried = await carryUnknown(context, identified, refusal, settleForMs);
    return carried && settled(carried);
  }
  // A message was sent after all requests that it knows of, by SQS's clock, which is right.
  const lastAskedAt = record.delivery?.sentAt ?? askedUntil;
  const settledAt = lastAskedAt + settleForMs;
  if (ports.clock.now() < settledAt)
    return settled(await waitForReads(context, identified, (settledAt - ports.clock.now()) / 1000));

  const { contactId, queueId, userId } = requestOf(intent);
  const asked = {
    contactId,
    queueId,
    userId,
    firstAskedAt: requested(intent, record, history)?.at ?? Number.NEGATIVE_INFINITY,
    mayHaveTwin: mayHaveTwin(intent),
    lastAskedAt,
  };
  const evidence = await readEvidence(
    { instanceId: intent.instanceId, contactId },
    reads.until(invocation.lastStartAt),
    rules,
    invocation.requestSignal,
  );
  const judgement = resolveEffect(asked, evidence, rules);
  const expiresAt = expiryOf(intent, record, history, ports.settings.maxIntentAgeMs);
  const endsAt = Math.max(expiresAt, settledAt + readForMs);
  if (!judgement.isFinal && evidence.readAt < endsAt) {
    // What could not be read for hours is read less and less often, and at the end.
    const longMs = Math.min((evidence.readAt - settledAt) / 8, endsAt - evidence.readAt);
    const delay = Math.max(longMs / 1000, retryDelaySeconds(record.delivery?.receiveCount, ports.random));
    return settled(await waitForReads(context, identified, delay));
  }
  if (judgement.found === "open" && !permanent.includes(refusal.reason)) {
    if (evidence.readAt < expiresAt) return settled(await askAnew(context, identified));
    // An earlier delivery of this message may have asked anew until the intent expired.
    const shownAt = expiresAt + settleForMs;
    if (!isSoleDelivery(context) && evidence.readAt < shownAt)
      return settled(await waitForReads(context, identified, (shownAt - evidence.readAt) / 1000));
  }
  const resolution = resolutionOf(judgement, evidence.readAt);
  const as = resolvedAs(judgement);
  if (as !== "Succeeded") return { kind: "failed", effect: as, resolution };
  return settled(await succeedObserved(context, identified, resolution));
}

function settled(disposition: Disposition): SettledUnknown {
  return { kind: "settled", disposition };
}
