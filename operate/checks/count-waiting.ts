import { checkAge } from "../../lambda/intake/age.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { type Session, withLetters } from "../session.ts";

/** What waits in the intent queue. */
export interface Waiting {
  readonly total: number;
  /** Of these, the ones that would fail as `IntentExpired` if they were delivered now. */
  readonly tooOld: number;
  /** Why there may be more; undefined if all have been seen. */
  readonly mayBeMore?: string;
}

/**
 * Counts what waits in the intent queue, and what of it is too old by the function's own rule. It receives every message
 * and releases it: meant for a queue that is paused, and each message's receive count goes up by one.
 */
export async function countWaiting(session: Session): Promise<Waiting> {
  const { deployment, clock } = session;
  const isTooOld = ({ reading, history }: DeadLetter) =>
    reading.kind === "intent" &&
    checkAge(
      reading.intent,
      { body: "", attributes: {} },
      history,
      deployment.maxIntentAgeMs,
      clock.now(),
    ) !== undefined;
  const counted = async ({
    kept,
    seen,
    mayBeMore,
  }: {
    kept: readonly boolean[];
    seen: number;
    mayBeMore?: string;
  }) => ({
    total: seen,
    tooOld: kept.filter(Boolean).length,
    mayBeMore,
  });
  return withLetters(session, isTooOld, counted, session.intentQueue());
}
