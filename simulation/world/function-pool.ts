import type { Engine } from "../../lambda/engine.ts";
import type { InvocationTime } from "../../lambda/process-batch.ts";
import { FunctionInstance } from "./function-instance.ts";
import type { Received } from "./queue.ts";
import type { World } from "./world.ts";

/** The function's timeout, as the stack sets it. */
const functionTimeoutMs = 30_000;

/** The work of an invocation; resolves with the ids to retry. */
export type Process = (engine: Engine, time: InvocationTime) => Promise<string[]>;

/** The instances of the function: warm ones are reused; a timeout or a crash ends them. */
export class FunctionPool {
  readonly #world: World;
  readonly #all: FunctionInstance[] = [];
  readonly #idle: FunctionInstance[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Runs one invocation. `ended` receives the ids to retry; undefined if there was no response. */
  run(received: readonly Received[], process: Process, ended: (returned?: ReadonlySet<string>) => void) {
    const { time, record, choices } = this.#world;
    const { instance, isFresh } = this.#takeInstance();
    const invocation = this.#world.number();
    instance.work = { invocation, received };
    // A host that stalls before the handler runs leaves less time.
    const leftMs = choices.strikes("slow start") ? choices.ms(3_000, functionTimeoutMs) : functionTimeoutMs;
    const { number, skewMs, driftMs } = instance;
    // Lambda's runtime computes what is left by the clock of the instance; the handler believes no more than the time-out.
    const reportedLeftMs = Math.min(functionTimeoutMs, leftMs - driftMs);
    const deliveries = received.map(({ delivery }) => delivery);
    record({
      what: "invoked",
      invocation,
      instance: number,
      isFresh,
      skewMs,
      deadlineAt: time.now + leftMs,
      misledByMs: reportedLeftMs - leftMs,
      deliveries,
    });
    const timer = time.after(leftMs, () => {
      instance.isDead = true;
      record({ what: "timed out", invocation });
      ended();
    });
    instance.onCrash = () => {
      timer.isCancelled = true;
      record({ what: "crashed", invocation });
      ended();
    };
    const finish = (returned: readonly string[], threw?: string) => {
      if (instance.isDead) return;
      timer.isCancelled = true;
      const { callsInFlight, sleeping } = instance;
      record({ what: "finished", invocation, returned, threw, callsInFlight, sleeping });
      this.#idle.push(instance);
      ended(new Set(threw === undefined ? returned : deliveries.map(({ copy }) => copy)));
    };
    process(instance.engine, {
      requestId: `invocation-${invocation}`,
      deadlineAt: instance.monotonic() + reportedLeftMs,
    }).then(
      (returned) => finish(returned),
      (error) => finish([], String(error?.name ?? error)),
    );
  }

  /** The clock of one instance is set. */
  stepClock(byMs: number) {
    const alive = this.#all.filter(({ isDead }) => !isDead);
    if (alive.length > 0) this.#world.random.pick(alive as [FunctionInstance]).stepClock(byMs);
  }

  #takeInstance(): { instance: FunctionInstance; isFresh: boolean } {
    const { choices } = this.#world;
    if (choices.strikes("fresh instance")) this.#idle.pop();
    const warm = this.#idle.pop();
    const instance = warm ?? new FunctionInstance(this.#world);
    if (!warm) this.#all.push(instance);
    // After a long freeze the connection is closed.
    if (warm) instance.isStale = choices.strikes("stale socket");
    return { instance, isFresh: !warm };
  }
}
