import { expiryOf, requested } from "./age.ts";
import type { History } from "./history.ts";
import type { Intent } from "./intent.ts";
import type { IntentRecord } from "./record.ts";

/** The limits that count for it. */
interface Limits {
  readonly notFoundGraceMs: number;
  readonly maxIntentAgeMs: number;
}

/**
 * Milliseconds until Connect is asked for the last time for something that it does not find. 0 if its answer counts: the
 * intent is older than the grace, it was already asked for the last time, or it would expire until then.
 */
export function notFoundGraceLeftMs(
  intent: Pick<Intent, "time" | "expiresAt">,
  record: IntentRecord,
  history: History,
  { notFoundGraceMs, maxIntentAgeMs }: Limits,
  now: number,
): number {
  if (history.notFoundAt !== undefined) return 0;
  const requestedAt = requested(intent, record, history)?.at ?? now;
  // A clock that was set back must not make it longer.
  const endsAt = Math.min(requestedAt, now) + notFoundGraceMs;
  if (endsAt > expiryOf(intent, record, history, maxIntentAgeMs)) return 0;
  return Math.max(0, endsAt - now);
}
