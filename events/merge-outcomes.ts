import { succeededDetailType } from "./detail-types.ts";
import type { ContactTransferFailed } from "./generated/contact-transfer-failed.ts";
import type { ContactTransferSucceeded } from "./generated/contact-transfer-succeeded.ts";

/** An outcome event as a consumer gets it from the bus. */
export type Outcome = ContactTransferSucceeded | ContactTransferFailed;

/**
 * What holds of two outcomes of one intent. Outcomes can come twice, in any order, and a Succeeded and a Failed can
 * both exist for one clientToken: Succeeded then holds; of two Failed the one whose effect is unknown. What a deployment
 * in shadow mode has told holds only where nothing else was told. Commutative,
 * associative and idempotent, so a consumer may fold whatever it gets, in any order, as often as it comes.
 *
 * Keep outcomes by `outcomeKey` and store `merge(stored, incoming)`. In another language: rank as below, and between
 * equals take the one whose JSON (members sorted by name) comes first.
 *
 * Throws a RangeError where the two belong to different intents.
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
 * What outcomes of one intent have in common: their clientToken; where the intent could not be read, the messageId. One
 * that has neither (an unreadable event without a queue) stands for itself, by the id of its own event.
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
