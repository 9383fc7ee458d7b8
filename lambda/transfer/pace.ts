import type { Clock, PaceFigures, Ports } from "../ports.ts";

/** A slot for one request: it is free now, or it comes later than the caller can wait. */
export type Slot = { readonly kind: "now" } | { readonly kind: "later"; readonly at: number };

/** The pace of one function instance: every request to Connect, retries included, needs a slot. */
export interface Pace {
  /**
   * Waits for a slot, first come first served, until `latestAt` (by the monotonic clock) or the signal's abort.
   * `doubtful`: so many slots will be used by a request that will most likely fail; it waits only within the share of such requests.
   */
  acquire(latestAt: number, signal: AbortSignal, doubtful?: number): Promise<Slot>;
  /** Returns an unused slot, acquired for so many doubtful ones. */
  release(doubtful?: number): void;
  /** Connect throttled a request: the rate falls. */
  onThrottled(): void;
  /** Connect accepted a request: the rate recovers a little. */
  onAccepted(): void;
  /** The rate allowed now. */
  perSecond(): number;
  /** The figures since the last call. */
  takeFigures(): PaceFigures;
}

const slowDown = 0.8;
const slowDownEveryMs = 2_000;
/** Share of the nominal rate per accepted request, at most once per second. */
const recovery = 0.01;
const floor = 0.25;

/** Slots of doubtful requests per slot of another while others wait: a quarter of all. */
const doubtfulPerOther = 1 / 3;
/** Longest debt of doubtful requests, in slots: the most that one of them uses. */
const longestDebt = 3;

/** An instance whose slots come less often than this begins at a random moment: many that start at once must not burst. */
const longIntervalMs = 1_000;

/** An explicit reason: without one, every abort would create an exception with a stack. */
const noReason = null;

interface Waiter {
  readonly latestAt: number;
  readonly isDoubtful: boolean;
  readonly resolve: (slot: Slot) => void;
}

/**
 * A limiter by the generic cell rate algorithm: a burst of one second's worth (at least 1), one token at start. The first
 * slot of a slow instance comes at a random moment of its first interval, less one second.
 * Its rate falls multiplicatively when Connect throttles (at most every 2 s, down to a quarter) and recovers additively,
 * no faster at a high rate than at a low one, so that other callers in the account keep their share.
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export function createPace(nominalPerSecond: number, clock: Clock, random: Ports["random"]): Pace {
  let share = 1;
  let slowedAt = Number.NEGATIVE_INFINITY;
  const perSecond = () => nominalPerSecond * share;
  const intervalMs = () => 1000 / perSecond();
  const burst = () => Math.max(1, perSecond());
  /** When the whole burst would be available again without further requests. */
  let fullAt = clock.monotonic() + (burst() - 1) * intervalMs() + startDelayMs(intervalMs(), random);
  const nextAt = () => fullAt - (burst() - 1) * intervalMs();

  const waiters: Waiter[] = [];
  let isServing = false;
  /** Ends the wait for the next slot: a released one is free at once, and who has left waits for none. */
  let waking = new AbortController();
  let counts = { requests: 0, throttled: 0 };
  /** Slots that doubtful requests may take from others now; negative after they have used free ones. */
  let doubtfulShare = 1;

  /** How much of the share a request uses, whose further slots are counted as those of others; these add to it. */
  const shareOf = (doubtful: number) => doubtful * (1 + doubtfulPerOther) - doubtfulPerOther;
  const addShare = (slots: number) => {
    doubtfulShare = Math.min(1, Math.max(-longestDebt, doubtfulShare + slots));
  };

  const take = ({ isDoubtful }: Waiter) => {
    if (!isDoubtful) addShare(-shareOf(0));
    counts.requests += 1;
    fullAt = Math.max(fullAt, clock.monotonic()) + intervalMs();
  };

  /** Serves the waiters in order and ends when none is left, so that nothing is in flight after the function has answered. */
  const serve = async () => {
    isServing = true;
    for (let first = waiters[0]; first; first = waiters[0]) {
      const now = clock.monotonic();
      const at = Math.max(nextAt(), now);
      if (at > now && at <= first.latestAt) {
        waking = new AbortController();
        await clock.sleep(Math.ceil(at - now), waking.signal).catch(() => {});
        continue;
      }
      waiters.shift();
      if (at <= first.latestAt) take(first);
      first.resolve(at <= first.latestAt ? { kind: "now" } : { kind: "later", at });
    }
    isServing = false;
  };

  return {
    async acquire(latestAt, signal, doubtful = 0) {
      const now = clock.monotonic();
      const at = Math.max(nextAt(), now) + waiters.length * intervalMs();
      const isDoubtful = doubtful > 0;
      if (at > latestAt || signal.aborted || (isDoubtful && at > now && doubtfulShare < 1))
        return { kind: "later", at };
      if (isDoubtful) addShare(-shareOf(doubtful));
      const { promise, resolve } = Promise.withResolvers<Slot>();
      const waiter = { latestAt, isDoubtful, resolve };
      const leave = () => {
        const index = waiters.indexOf(waiter);
        if (index < 0) return;
        waiters.splice(index, 1);
        waking.abort(noReason);
        resolve({ kind: "later", at });
      };
      signal.addEventListener("abort", leave);
      waiters.push(waiter);
      if (!isServing) void serve();
      const slot = await promise;
      signal.removeEventListener("abort", leave);
      if (isDoubtful && slot.kind === "later") addShare(shareOf(doubtful));
      return slot;
    },
    release(doubtful = 0) {
      counts.requests -= 1;
      addShare(shareOf(doubtful));
      fullAt -= intervalMs();
      waking.abort(noReason);
    },
    onThrottled() {
      counts.throttled += 1;
      const now = clock.monotonic();
      if (now - slowedAt >= slowDownEveryMs) {
        slowedAt = now;
        share = Math.max(floor, share * slowDown);
      }
      fullAt = Math.max(fullAt, now + burst() * intervalMs());
    },
    onAccepted() {
      share = Math.min(1, share + recovery / Math.max(1, perSecond()));
    },
    perSecond,
    takeFigures() {
      const figures = { ...counts, allowedPerSecond: perSecond() };
      counts = { requests: 0, throttled: 0 };
      return figures;
    },
  };
}

function startDelayMs(intervalMs: number, random: Ports["random"]): number {
  return intervalMs > longIntervalMs ? random() * (intervalMs - longIntervalMs) : 0;
}
