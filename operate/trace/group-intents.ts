import { succeededDetailType } from "../../events/detail-types.ts";
import { mergeOutcomes, type Outcome, outcomeKey } from "../../events/merge-outcomes.ts";
import type { Delivery } from "../aws/function-log.ts";
import { clientTokenOf, intentIdOf } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import type { IntentState, Retried, Trace, TracedIntent } from "./trace.ts";

/** Sorts what is known by intent, in the order in which they became known. */
export function groupIntents({
  outcomes,
  letters,
  deliveries,
}: Pick<Trace, "outcomes" | "letters" | "deliveries">): TracedIntent[] {
  const keyOfMessage = new Map<string, string>();
  for (const outcome of outcomes) {
    if ("messageId" in outcome.detail && outcome.detail.messageId !== undefined)
      keyOfMessage.set(outcome.detail.messageId, keyOfOutcome(outcome));
  }
  const outcomesOf = Map.groupBy(outcomes, keyOfOutcome);
  const lettersOf = Map.groupBy(letters, keyOfLetter);
  const deliveriesOf = Map.groupBy(
    deliveries,
    ({ clientToken, messageId = "" }) => clientToken ?? keyOfMessage.get(messageId) ?? messageId,
  );
  const keys = [...new Set([...outcomesOf.keys(), ...lettersOf.keys(), ...deliveriesOf.keys()])];
  return keys.map((key) => {
    const parts = {
      outcomes: outcomesOf.get(key) ?? [],
      letters: lettersOf.get(key) ?? [],
      deliveries: deliveriesOf.get(key) ?? [],
    };
    return { key, ...parts, state: stateOf(parts) };
  });
}

/** The outcome and the dead letter of an invalid intent have no token in common, only what could be read of the envelope. */
function keyOfOutcome(outcome: Outcome): string {
  const { clientToken, intentId, requestedBy } = outcome.detail;
  return clientToken ?? intentId ?? requestedBy?.eventId ?? outcomeKey(outcome);
}

function keyOfLetter(letter: DeadLetter): string {
  return clientTokenOf(letter) ?? intentIdOf(letter) ?? letter.messageId;
}

const waitReasons: readonly (string | undefined)[] = ["WaitsForSlot", "Throttled"];

function stateOf({ outcomes, letters, deliveries }: Omit<TracedIntent, "key" | "state">): IntentState {
  const final = finalOutcome(outcomes);
  if (final?.["detail-type"] === succeededDetailType) {
    return { kind: "succeeded", isShadow: final.detail.shadow === true };
  }
  const last = deliveries.at(-1);
  // EventBridge's times are whole seconds. A replayed intent is retried after it has failed.
  const failedAt = Math.max(0, ...outcomes.map(({ time }) => Date.parse(String(time)) + 1000));
  if (last?.status === "retry" && (last.at > failedAt || !final) && letters.length === 0) {
    const kind = waitReasons.includes(last.reason) ? "waiting" : "retrying";
    return { kind, ...describeRetries(deliveries.filter(({ at }) => at > failedAt || !final)) };
  }
  if (final || letters.length > 0) return { kind: "failed", isDeadLettered: letters.length > 0 };
  return { kind: "ended", status: last?.status === "succeeded" ? "succeeded" : "failed" };
}

/** The retries of the same kind that an intent is in now. */
export function describeRetries(deliveries: readonly Delivery[]): Retried {
  const retries = deliveries.filter(({ status }) => status === "retry");
  const last = retries.at(-1);
  return {
    reason: last?.reason ?? "unknown",
    ...(last?.error !== undefined && { error: last.error }),
    since: retries[0]?.at ?? 0,
    deliveries: retries.length,
    ...(last?.nextAt !== undefined && { nextAt: last.nextAt }),
  };
}

function finalOutcome([first, ...others]: readonly Outcome[]): Outcome | undefined {
  if (!first) return undefined;
  return others.reduce(
    (final, outcome) => (outcomeKey(final) === outcomeKey(outcome) ? mergeOutcomes(final, outcome) : outcome),
    first,
  );
}
