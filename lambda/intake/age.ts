import type { Refusal } from "../refusal.ts";
import type { History } from "./history.ts";
import type { Intent } from "./intent.ts";
import type { IntentRecord } from "./record.ts";

/** Longest time in which a renewed intent may be transferred: sibling APIs of Connect keep a client token 7 days. */
export const maxRenewedAgeMs = 6 * 24 * 3_600_000;

/** An instant from which an intent's age counts, and whose it is. */
export interface AgeStart {
  readonly at: number;
  readonly whose: string;
}

/** When the intent was first sent to a queue, as far as this delivery knows. */
export function firstSentAt(record: IntentRecord, history: History): number | undefined {
  return earliest([history.firstSentAt, record.delivery?.sentAt]);
}

/**
 * From when an intent's age counts: the earliest of the envelope's `time`, the message's sent time and the history's
 * `firstSentAt`; for a renewed one from the renewal. Undefined for an event without `time`: it is new.
 */
export function ageStart(
  intent: Pick<Intent, "time">,
  record: IntentRecord,
  history: History,
): AgeStart | undefined {
  if (history.renewedAt !== undefined) return { at: history.renewedAt, whose: "the renewal of its History" };
  const births: AgeStart[] = [
    { at: intent.time ?? Number.NaN, whose: "the envelope's time" },
    { at: record.delivery?.sentAt ?? Number.NaN, whose: "the message's sent time" },
    { at: history.firstSentAt ?? Number.NaN, whose: "the firstSentAt of its history" },
  ];
  let earliest: AgeStart | undefined;
  for (const birth of births) {
    if (!Number.isNaN(birth.at) && (earliest === undefined || birth.at < earliest.at)) earliest = birth;
  }
  return earliest;
}

/** The refusal of an intent that is too old to be transferred at `now`; undefined for a fresh one. */
export function checkAge(
  intent: Pick<Intent, "time" | "expiresAt">,
  record: IntentRecord,
  history: History,
  maxIntentAgeMs: number,
  now: number,
): Refusal | undefined {
  if (intent.expiresAt !== undefined && now > intent.expiresAt) {
    return expired(`the intent was not to be transferred after ${iso(intent.expiresAt)} (detail/expiresAt)`);
  }
  const birth = ageStart(intent, record, history);
  if (birth && now - birth.at > maxIntentAgeMs) {
    return expired(
      `the intent is older than ${maxIntentAgeMs / 1000} s: its age counts from ${iso(birth.at)}, ${birth.whose}`,
    );
  }
  const firstSent = firstSentAt(record, history);
  if (history.renewedAt !== undefined && firstSent !== undefined && now - firstSent > maxRenewedAgeMs) {
    return expired(
      `a renewed intent can be transferred up to 6 days after it was first sent, at ${iso(firstSent)}`,
    );
  }
  return undefined;
}

function expired(message: string): Refusal {
  return { reason: "IntentExpired", message };
}

function earliest(instants: (number | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
