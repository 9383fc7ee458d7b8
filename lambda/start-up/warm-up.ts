import timers from "node:timers/promises";

/** A network that does not respond must not delay the start any longer. */
const longestMs = 1_000;

/**
 * Does what the first intent would otherwise wait for: an instance has a whole CPU while it starts, and a seventh of one
 * afterwards. Never rejects, and takes at most a second.
 */
export async function warmUp(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const timer = new AbortController();
  const timeIsUp = timers.setTimeout(longestMs, undefined, timer);
  await Promise.race([Promise.allSettled(steps.map((step) => step())), timeIsUp]);
  timer.abort();
}
