import type { Refusal } from "../refusal.ts";
import type { History } from "./history.ts";
import type { Intent } from "./intent.ts";
import type { IntentRecord } from "./record.ts";

/**
 * How long any intent may be transferred after it was first sent, which only a renewed one can outlive: the setting
 * maxIntentAge is at most that. Sibling APIs of Connect keep a client token for 7 days.
 */
export const maxRenewedAgeMs = 6 * 24 * 3_600_000;

/** The instant from which an intent's age counts, and where it comes from. */
export interface AgeStart {
  readonly at: number;
  readonly origin: string;
}

/** When the intent was first sent to a queue, as far as is known. */
export function firstSentAt(record: IntentRecord, history: History): number | undefined {
  return earliest([history.firstSentAt, record.delivery?.sentAt]);
}

/**
 * When an intent's age starts: when it was requested, or the renewal of a renewed intent. Undefined for an event without
 * `time`, which counts as new.
 */
export function ageStart(
  intent: Pick<Intent, "time">,
  record: IntentRecord,
  history: History,
): AgeStart | undefined {
  if (history.renewedAt !== undefined) return { at: history.renewedAt, origin: "the renewal in its history" };
  return requested(intent, record, history);
}

/** The earliest of the envelope's `time`, the message's sent time and the history's `firstSentAt`. */
export function requested(
  intent: Pick<Intent, "time">,
  record: IntentRecord,
  history: History,
): AgeStart | undefined {
  const starts: AgeStart[] = [
    { at: intent.time ?? Number.NaN, origin: "the envelope's time" },
    { at: record.delivery?.sentAt ?? Number.NaN, origin: "the message's sent time" },
    { at: history.firstSentAt ?? Number.NaN, origin: "the firstSentAt of its history" },
  ];
  let earliest: AgeStart | undefined;
  for (const start of starts) {
    if (!Number.isNaN(start.at) && (earliest === undefined || start.at < earliest.at)) earliest = start;
  }
  return earliest;
}

/** When an intent expires, in milliseconds since 1970: the instant after which `checkAge` refuses it. */
export function expiryOf(
  intent: Pick<Intent, "time" | "expiresAt">,
  record: IntentRecord,
  history: History,
  maxIntentAgeMs: number,
): number {
  const never = Number.POSITIVE_INFINITY;
  return Math.min(
    intent.expiresAt ?? never,
    (ageStart(intent, record, history)?.at ?? never) + maxIntentAgeMs,
    (firstSentAt(record, history) ?? never) + maxRenewedAgeMs,
  );
}

/** The refusal of an intent that is too old to be transferred at `now`; undefined otherwise. */
export function checkAge(
  intent: Pick<Intent, "time" | "expiresAt">,
  record: IntentRecord,
  history: History,
  maxIntentAgeMs: number,
  now: number,
): Refusal | undefined {
  if (intent.expiresAt !== undefined && now > intent.expiresAt) {
    return expired(`the intent must not be transferred after ${iso(intent.expiresAt)} (detail/expiresAt)`);
  }
  const start = ageStart(intent, record, history);
  if (start && now - start.at > maxIntentAgeMs) {
    return expired(
      `the intent is older than ${maxIntentAgeMs / 1000} s; its age counts from ${iso(start.at)}, ${start.origin}`,
    );
  }
  const firstSent = firstSentAt(record, history);
  if (firstSent !== undefined && now - firstSent > maxRenewedAgeMs) {
    return expired(`a renewed intent expires 6 days after it was first sent, at ${iso(firstSent)}`);
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
