import type { Clock } from "../../lambda/ports.ts";
import { VirtualTime } from "./virtual-time.ts";

/** A clock whose time moves only when nothing else can: hours pass in milliseconds, in the same order each time. */
export class VirtualClock implements Clock {
  /** Immediates, because an SDK client does more at an instant than to settle promises. */
  readonly #time = new VirtualTime(0, setImmediate);
  #offset: number;
  #sleeping = 0;

  constructor(startAt = Date.parse("2026-11-24T10:00:00Z")) {
    this.#offset = startAt;
  }

  now(): number {
    return this.#offset + this.#time.now;
  }

  /** Milliseconds since the clock was started, whatever `set` has done to `now`. */
  monotonic(): number {
    return this.#time.now;
  }

  /** Sets the clock of the machine, as NTP does. */
  set(now: number): void {
    this.#offset = now - this.#time.now;
  }

  /** Sleeps that have neither ended nor been cancelled: what a function would leave in flight when it returns. */
  get sleeping(): number {
    return this.#sleeping;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        this.#sleeping -= 1;
        sleep.isCancelled = true;
        reject(signal?.reason);
      };
      const sleep = this.#time.after(ms, () => {
        this.#sleeping -= 1;
        signal?.removeEventListener("abort", abort);
        resolve();
      });
      this.#sleeping += 1;
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
    await this.#time.run(Number.POSITIVE_INFINITY, () => isSettled);
    if (!isSettled) throw new Error("The work waits for something other than time.");
    return work;
  }
}
