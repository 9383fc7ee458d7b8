import {
  type FunctionProcess,
  type FunctionProcessOptions,
  startFunctionProcess,
} from "./function-process.ts";
import type { InvocationResult } from "./runtime-api.ts";

/** A function with one instance per concurrent invocation; idle instances are reused. */
export interface LocalFunction {
  /** Starts instances ahead of the first invocations. */
  warmUp(instances: number): Promise<void>;
  invoke(event: unknown): Promise<InvocationResult>;
  /** Kills every instance; current invocations fail. */
  stop(): Promise<void>;
}

export function makeLocalFunction(options: FunctionProcessOptions): LocalFunction {
  const { reservedConcurrency = Number.POSITIVE_INFINITY } = options.model;
  const all: FunctionProcess[] = [];
  const idle: FunctionProcess[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;

  /** Lambda throttles above the reserved concurrency and callers retry; here they wait. */
  const enter = async () => {
    if (running >= reservedConcurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
  };
  const leave = () => {
    running -= 1;
    waiting.shift()?.();
  };

  const add = async () => {
    const instance = await startFunctionProcess(options);
    all.push(instance);
    return instance;
  };

  return {
    async warmUp(instances) {
      for (let count = all.length; count < instances; count++) {
        const instance = await add();
        instance.start();
        idle.push(instance);
      }
    },
    async invoke(event) {
      await enter();
      const instance = idle.pop() ?? (await add());
      try {
        return await instance.invoke(event);
      } finally {
        idle.push(instance);
        leave();
      }
    },
    async stop() {
      await Promise.all(all.map((instance) => instance.stop()));
    },
  };
}
