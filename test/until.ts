import { setTimeout } from "node:timers/promises";

/** Waits until the condition holds, without keeping the processor from what it waits for. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(5);
}
