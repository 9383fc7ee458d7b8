import type { Clock, PaceFigures } from "../ports.ts";

/** The turn that was asked for: it has come, or it comes later than the asker can wait. */
export type Slot = { readonly kind: "now" } | { readonly kind: "later"; readonly at: number };

/** The pace of one function instance: every request to Connect, retries included, takes a turn. */
export interface Pace {
  /** Waits for a turn in the order of asking, until `latestAt` (milliseconds since 1970) at most. */
  acquire(latestAt: number): Promise<Slot>;
  /** The turn was not used: the next in line may have it. */
  release(): void;
  /** Connect throttled a request: slow down. */
  onThrottled(): void;
  /** Connect took a request: recover a little. */
  onAccepted(): void;
  /** Requests a second that are allowed now. */
  perSecond(): number;
  /** What has been asked since this was last called. */
  takeFigures(): PaceFigures;
}

const slowDown = 0.8;
const slowDownEveryMs = 2_000;
/** Of the nominal rate, for each request that was taken, and no more than that a second. */
const recovery = 0.01;
const floor = 0.25;

interface Waiter {
  readonly latestAt: number;
  readonly resolve: (slot: Slot) => void;
}

/**
 * A limiter by the generic cell rate algorithm: a burst of one second's worth (at least 1), one token at the start.
 * Its rate falls multiplicatively when Connect throttles (at most every 2 s, to a quarter at least) and recovers
 * additively, no faster at a high rate than at a low one, so that other callers of the account keep their share.
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export function createPace(nominalPerSecond: number, clock: Clock): Pace {
  let share = 1;
  let slowedAt = Number.NEGATIVE_INFINITY;
  const perSecond = () => nominalPerSecond * share;
  const intervalMs = () => 1000 / perSecond();
  const burst = () => Math.max(1, perSecond());
  /** When all of the burst is there again, had nobody asked meanwhile. */
  let fullAt = clock.now() + (burst() - 1) * intervalMs();
  const nextAt = () => fullAt - (burst() - 1) * intervalMs();

  const waiters: Waiter[] = [];
  let isServing = false;
  let counts = { requests: 0, throttled: 0 };

  const take = () => {
    counts.requests += 1;
    fullAt = Math.max(fullAt, clock.now()) + intervalMs();
  };

  /** Serves the waiters in their order; ends when none is left: nothing stays in flight after an answer. */
  const serve = async () => {
    isServing = true;
    for (let first = waiters[0]; first; first = waiters[0]) {
      const now = clock.now();
      const at = Math.max(nextAt(), now);
      if (at > now && at <= first.latestAt) {
        await clock.sleep(Math.ceil(at - now));
        continue;
      }
      waiters.shift();
      if (at <= first.latestAt) take();
      first.resolve(at <= first.latestAt ? { kind: "now" } : { kind: "later", at });
    }
    isServing = false;
  };

  return {
    async acquire(latestAt) {
      const at = Math.max(nextAt(), clock.now()) + waiters.length * intervalMs();
      if (at > latestAt) return { kind: "later", at };
      return new Promise((resolve) => {
        waiters.push({ latestAt, resolve });
        if (!isServing) void serve();
      });
    },
    release() {
      counts.requests -= 1;
      fullAt -= intervalMs();
    },
    onThrottled() {
      counts.throttled += 1;
      const now = clock.now();
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
