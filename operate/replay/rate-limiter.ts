import type { Clock } from "../../lambda/ports.ts";

/** After a stall, at most this much is made up for. */
const catchUpMs = 1_000;

/** Hands out slots at an exact rate. */
export interface RateLimiter {
  /** Waits for the next slot and returns how many are due, up to `most`. Rejects when the signal aborts. */
  acquire(most: number, signal: AbortSignal): Promise<number>;
}

/** A limiter of `perSecond` slots; with Infinity it never waits. The first slot is due immediately. */
export function createRateLimiter(perSecond: number, clock: Clock): RateLimiter {
  if (perSecond === Number.POSITIVE_INFINITY) return { acquire: async (most) => most };
  const intervalMs = 1000 / perSecond;
  let nextAt = clock.now();
  return {
    async acquire(most, signal) {
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
