import type { Clock } from "../../lambda/ports.ts";

/** After a stall, so much is caught up with at once and no more. */
const catchUpMs = 1_000;

/** Gives out turns at an exact pace. */
export interface Pacer {
  /** Waits for the next turn, and gives as many as are due, up to `most`. Rejects when the signal aborts. */
  take(most: number, signal: AbortSignal): Promise<number>;
}

/** A pace of `perSecond`; Infinity does not wait. The first turn is due at once. */
export function createPacer(perSecond: number, clock: Clock): Pacer {
  if (perSecond === Number.POSITIVE_INFINITY) return { take: async (most) => most };
  const intervalMs = 1000 / perSecond;
  let nextAt = clock.now();
  return {
    async take(most, signal) {
      const waitMs = nextAt - clock.now();
      if (waitMs > 0) await clock.sleep(Math.ceil(waitMs), signal);
      const now = clock.now();
      nextAt = Math.max(nextAt, now - catchUpMs);
      const due = Math.min(most, 1 + Math.floor(Math.max(0, now - nextAt) / intervalMs));
      nextAt += due * intervalMs;
      return due;
    },
  };
}
