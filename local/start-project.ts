import { randomUUID } from "node:crypto";
import { ConnectWorld } from "./connect/connect-world.ts";
import { type FaultPlan, parseFaults } from "./connect/faults.ts";
import type { WorldSeed } from "./connect/read-world.ts";
import { type LocalStack, type LocalStackOptions, startLocalStack } from "./local-stack.ts";
import type { StartOptions } from "./start-options.ts";
import { synthesizeAssembly } from "./synthesize-assembly.ts";
import { UsageError } from "./usage-error.ts";

type Listeners = Pick<LocalStackOptions, "onEvent" | "onDelivery" | "onLog">;

/** Synthesizes this project's stack as the command line says, and runs it against a world that begins as `seed`. */
export async function startProject(
  options: StartOptions,
  seed: WorldSeed,
  listeners: Listeners,
): Promise<LocalStack> {
  const { openWorld, faults, quota, timeScale, serve, port } = options;
  const connectFaults = faults === undefined ? undefined : readFaults(faults);
  const instanceArns = Object.keys(seed.instances)[0];
  await using starting = new AsyncDisposableStack();
  const synthesized = starting.use(await synthesizeAssembly({ instanceArns, ...options.context }));
  const stack = starting.use(
    await startLocalStack({
      ...listeners,
      assembly: synthesized.assembly,
      connectWorld: new ConnectWorld({ seed, openWorld, now: Date.now, newId: randomUUID }),
      connectFaults,
      quota,
      timeScale,
      port: serve ? port : 0,
    }),
  );
  const running = starting.move();
  const stop = () => running.disposeAsync();
  return { ...stack, stop, [Symbol.asyncDispose]: stop };
}

function readFaults(text: string): FaultPlan {
  try {
    return parseFaults(text, { random: Math.random, now: Date.now });
  } catch (error) {
    throw new UsageError(`--faults: ${(error as Error).message}`, { cause: error });
  }
}
