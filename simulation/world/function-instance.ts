import type { Engine } from "../../lambda/engine.ts";
import type { Clock, Ports } from "../../lambda/ports.ts";
import { createCalls } from "./calls/calls.ts";
import type { CallingInstance, Work } from "./calls/port-call.ts";
import { createReads } from "./calls/reads.ts";
import type { World } from "./world.ts";

/**
 * One instance of the function: the real engine on simulated calls, with a clock that may be wrong. It may die at any
 * point, and then receives nothing, like a killed process.
 */
export class FunctionInstance implements CallingInstance {
  readonly number: number;
  /** How far its clock is off from Lambda's, and with its steps how far from the true time. */
  readonly driftMs: number;
  skewMs: number;
  readonly engine: Engine;
  isDead = false;
  isStale = false;
  callsInFlight = 0;
  sleeping = 0;
  work: Work = { invocation: 0, received: [] };
  onCrash: () => void = () => {};

  readonly #world: World;
  readonly #bootedAt: number;

  constructor(world: World) {
    this.#world = world;
    this.number = world.number();
    const { skewMs } = world.plan;
    this.driftMs = skewMs === 0 ? 0 : world.choices.ms(-skewMs, skewMs);
    this.skewMs = this.driftMs;
    this.#bootedAt = world.time.now;
    this.engine = world.code.createEngine(this.#ports());
  }

  /** Its clock is set. */
  stepClock(byMs: number) {
    this.skewMs += byMs;
    this.#record({ what: "clock stepped", instance: this.number, byMs, skewMs: this.skewMs });
  }

  /** Milliseconds of a clock that never goes back; it starts with the instance. */
  monotonic(): number {
    return this.#world.time.now - this.#bootedAt;
  }

  now(): number {
    return this.#world.time.now + this.skewMs;
  }

  crash() {
    if (this.isDead) return;
    this.isDead = true;
    this.onCrash();
  }

  #ports(): Ports {
    const { settings, random } = this.#world;
    return {
      settings,
      clock: this.#clock(),
      random: () => random.next(),
      ...createCalls(this, this.#world),
      reads: createReads(this, this.#world),
      log: {
        record: (line) => this.#record({ what: "logged", invocation: this.work.invocation, ...line }),
        visibilityUnchanged: () => {},
        bug: (error) => this.#record({ what: "bug", invocation: this.work.invocation, error: String(error) }),
      },
      metrics: { received() {}, succeeded() {}, failed() {}, retried() {} },
    };
  }

  #record(event: Parameters<World["record"]>[0]) {
    if (!this.isDead) this.#world.record(event);
  }

  #clock(): Clock {
    const { time } = this.#world;
    return {
      now: () => this.now(),
      monotonic: () => this.monotonic(),
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (this.isDead) return;
          if (signal?.aborted) return reject(signal.reason);
          this.sleeping += 1;
          const abort = () => {
            timer.isCancelled = true;
            this.sleeping -= 1;
            reject(signal?.reason);
          };
          const timer = time.after(ms, () => {
            if (this.isDead) return;
            this.sleeping -= 1;
            signal?.removeEventListener("abort", abort);
            resolve();
          });
          signal?.addEventListener("abort", abort, { once: true });
        }),
    };
  }
}
