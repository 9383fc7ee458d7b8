import { succeededDetailType } from "./detail-types.ts";
import type { ContactTransferFailed } from "./generated/contact-transfer-failed.ts";
import type { ContactTransferSucceeded } from "./generated/contact-transfer-succeeded.ts";

/** An outcome event as a consumer receives it from the bus. */
export type Outcome = ContactTransferSucceeded | ContactTransferFailed;

/**
 * The final one of two outcomes of one intent. Outcomes may arrive more than once, in any order, and a Succeeded and a
 * Failed can both exist for one clientToken: Succeeded wins; of two Failed, the one whose effect is unknown. An outcome of
 * a deployment in shadow mode loses against any other. Commutative, associative and idempotent, so a consumer may fold
 * whatever arrives, in any order.
 *
 * Store `mergeOutcomes(stored, incoming)` under `outcomeKey`. In another language: rank as below, and between equals take
 * the one whose JSON (members sorted by name) comes first.
 *
 * @throws RangeError if the two belong to different intents.
 */
export function mergeOutcomes<T extends Outcome>(a: T, b: T): T {
  if (outcomeKey(a) !== outcomeKey(b)) {
    throw new RangeError(
      `Outcomes of different intents cannot be merged: ${outcomeKey(a)} and ${outcomeKey(b)}.`,
    );
  }
  const difference = rank(b) - rank(a);
  if (difference !== 0) return difference < 0 ? a : b;
  return canonicalJson(a) <= canonicalJson(b) ? a : b;
}

/**
 * The key that outcomes of one intent share: their clientToken, or the messageId if the intent could not be read. An
 * outcome with neither (an unreadable event that came without a queue) has the id of its own event.
 */
export function outcomeKey(outcome: Outcome): string {
  const { detail, id } = outcome;
  const messageId = "messageId" in detail ? detail.messageId : undefined;
  return detail.clientToken ?? messageId ?? `event ${id}`;
}

function rank(outcome: Outcome): number {
  const real = outcome.detail.shadow ? 0 : 3;
  if (outcome["detail-type"] === succeededDetailType) return real + 2;
  return real + (outcome.detail.failure.effect === "unknown" ? 1 : 0);
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
