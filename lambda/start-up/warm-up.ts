import { setTimeout } from "node:timers/promises";

/** A network that does not answer must not hold up the start for longer. */
const longestMs = 1_000;

/**
 * Does what the first intent would wait for: an instance has a whole CPU while it starts, and a seventh of one after that.
 * Never rejects, and takes a second at most.
 */
export async function warmUp(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const timer = new AbortController();
  const timeIsUp = setTimeout(longestMs, undefined, timer).catch(() => {});
  await Promise.race([Promise.allSettled(steps.map((step) => step())), timeIsUp]);
  timer.abort();
}
