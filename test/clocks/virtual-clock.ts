import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../lambda/ports.ts";

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/** A clock whose time moves only when nothing else can: hours pass in milliseconds, in the same order each time. */
export class VirtualClock implements Clock {
  #elapsed = 0;
  #offset: number;
  #order = 0;
  readonly #sleepers: Sleeper[] = [];

  constructor(startAt = Date.parse("2026-11-24T10:00:00Z")) {
    this.#offset = startAt;
  }

  now(): number {
    return this.#offset + this.#elapsed;
  }

  /** Milliseconds since the clock was started, whatever `set` has done to `now`. */
  monotonic(): number {
    return this.#elapsed;
  }

  /** Sets the clock of the machine, as NTP does. */
  set(now: number): void {
    this.#offset = now - this.#elapsed;
  }

  /** Sleeps that have neither ended nor been cancelled: what a function would leave in flight when it returns. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const sleeper = { at: this.#elapsed + Math.max(0, ms), order: this.#order++, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Lets time pass until `work` is settled. @throws if the work waits for anything but time */
  async run<T>(work: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    work.then(settle, settle);
    for (;;) {
      await setImmediate();
      if (isSettled) return work;
      const next = this.#takeNext();
      if (!next) throw new Error("The work waits for something other than time.");
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.wake();
    }
  }

  #takeNext(): Sleeper | undefined {
    const [first, ...others] = this.#sleepers;
    if (!first) return undefined;
    const next = others.reduce(
      (a, b) => (b.at < a.at || (b.at === a.at && b.order < a.order) ? b : a),
      first,
    );
    this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
    return next;
  }
}
