import assert from "node:assert/strict";
import { it } from "node:test";
import { watchBacklog } from "./watch-backlog.ts";

/** The lines that are shown while the queue holds so many messages, one after the other. */
async function watch(counts: readonly number[], isPaused = false) {
  const lines: (string | undefined)[] = [];
  const ended = new AbortController();
  let next = 0;
  await watchBacklog({
    stack: {
      isPaused,
      settings: { TRANSFERS_PER_SECOND: "2" },
      countMessages: () => counts[next++] ?? 0,
    },
    progress(line) {
      lines.push(line);
      if (next === counts.length) ended.abort();
    },
    signal: ended.signal,
    everyMs: 0,
  });
  return lines;
}

it("a backlog is shown while it takes some seconds, and its line goes with it", async () =>
  assert.deepEqual(await watch([9, 1_200, 20, 3]), [
    undefined,
    "1,200 intents wait, about 10m at 2 per second",
    "20 intents wait, about 10s at 2 per second",
    undefined,
    undefined,
  ]));

it("of a paused stack, every waiting intent is shown", async () =>
  assert.deepEqual(await watch([1], true), ["1 intent waits: the stack is paused", undefined]));
