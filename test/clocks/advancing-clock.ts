import type { Clock } from "../../lambda/ports.ts";

/** The real clock, which a test can advance to a deadline, so that the machine's speed does not matter. */
export class AdvancingClock implements Clock {
  #aheadMs = 0;
  readonly #sleepers = new Set<() => void>();

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  monotonic(): number {
    return this.now();
  }

  /** Advances the clock by milliseconds at once. */
  advance(ms: number): void {
    this.#aheadMs += ms;
    for (const wakeWhenDue of [...this.#sleepers]) wakeWhenDue();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const wakesAt = this.now() + ms;
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const end = (settle: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        this.#sleepers.delete(wakeWhenDue);
        settle();
      };
      const abort = () => end(() => reject(signal?.reason));
      const wakeWhenDue = () => {
        clearTimeout(timer);
        const leftMs = wakesAt - this.now();
        if (leftMs <= 0) end(resolve);
        else timer = setTimeout(wakeWhenDue, leftMs);
      };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener("abort", abort, { once: true });
      this.#sleepers.add(wakeWhenDue);
      wakeWhenDue();
    });
  }
}
