import { VirtualClock } from "../../test/clocks/virtual-clock.ts";

/**
 * Runs `work` in virtual time, including the SDK's own sleeps: its retry strategies read the global `setTimeout`,
 * `Date.now` and `Math.random` at each use, so these are replaced while the work lasts.
 */
export async function inVirtualTime<T>(
  random: () => number,
  work: (clock: VirtualClock) => Promise<T>,
): Promise<T> {
  const clock = new VirtualClock();
  const real = { setTimeout, clearTimeout, now: Date.now, random: Math.random };
  globalThis.setTimeout = virtualSetTimeout(clock);
  globalThis.clearTimeout = (timer) => (timer as Partial<VirtualTimer> | undefined)?.cancel?.();
  Date.now = () => Math.trunc(clock.now());
  Math.random = random;
  try {
    return await clock.run(work(clock));
  } finally {
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
    Date.now = real.now;
    Math.random = real.random;
  }
}

interface VirtualTimer {
  cancel(): void;
  ref(): VirtualTimer;
  unref(): VirtualTimer;
}

function virtualSetTimeout(clock: VirtualClock): typeof setTimeout {
  const start = (callback: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): VirtualTimer => {
    const controller = new AbortController();
    // As in Node, whole milliseconds and at least one; otherwise, a wait for a fraction would never end.
    clock.sleep(Math.max(1, Math.trunc(ms)), controller.signal).then(
      () => callback(...given),
      () => {},
    );
    const timer: VirtualTimer = { cancel: () => controller.abort(), ref: () => timer, unref: () => timer };
    return timer;
  };
  return start as unknown as typeof setTimeout;
}
