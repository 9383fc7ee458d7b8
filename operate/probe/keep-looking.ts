import { isReportable } from "../../cli/errors.ts";
import type { Clock } from "../../lambda/ports.ts";
import { isThrottled } from "../aws/explain-error.ts";

export interface Patience {
  readonly clock: Clock;
  /** The instant that patience counts from, in milliseconds since 1970. */
  readonly from: number;
  readonly patienceMs: number;
  readonly everyMs: number;
  /** Ends the wait; what was seen by then counts. */
  readonly signal: AbortSignal;
}

/** How long something was looked for, and why that ended before its time. */
export interface Looked {
  readonly lookedForMs: number;
  readonly error?: string;
}

/** Looks again and again until `look` has seen all, patience ends, or AWS refuses. A throttled look is repeated. */
export async function keepLooking(look: () => Promise<boolean>, patience: Patience): Promise<Looked> {
  const { clock, from, patienceMs, everyMs, signal } = patience;
  const lookedForMs = () => Math.round(clock.now() - from);
  let error: string | undefined;
  while (!signal.aborted) {
    try {
      if (await look()) return { lookedForMs: lookedForMs() };
      error = undefined;
    } catch (failure) {
      if (signal.aborted) break;
      if (!isReportable(failure)) throw failure;
      error = failure.message;
      if (!isThrottled(failure)) break;
    }
    if (lookedForMs() >= patienceMs) break;
    await clock.sleep(everyMs, signal).catch((error) => {
      if (!signal.aborted) throw error;
    });
  }
  return { lookedForMs: lookedForMs(), ...(error !== undefined && { error }) };
}
