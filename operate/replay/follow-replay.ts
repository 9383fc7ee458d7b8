import type { Clock } from "../../lambda/ports.ts";
import type { Queue, QueueCounts } from "../aws/queue.ts";
import type { DeadLetter } from "../letters/letter.ts";
import type { ReplayResult } from "./replay-letters.ts";

export interface FollowDeps {
  readonly intentQueue: Queue;
  readonly clock: Clock;
  /** Finds the dead letters that pass the test. */
  readonly findLetters: (test: (letter: DeadLetter) => boolean) => Promise<readonly DeadLetter[]>;
  readonly onCounts?: (counts: QueueCounts) => void;
  /** How often the intent queue is polled. @default 2000 */
  readonly everyMs?: number;
  readonly signal: AbortSignal;
}

/** What happened to the replayed messages. */
export interface Followed {
  /** The intent queue is empty: everything has been processed, live intents included. */
  readonly isDrained: boolean;
  readonly cameBack: readonly DeadLetter[];
  /** Replayed, and not in the dead-letter queue again. */
  readonly notFailed: number;
}

/** SQS's counts lag: the queue counts as empty after this many empty readings in a row. */
const emptyReadings = 3;

/** Waits until the intent queue is empty, then finds the dead letters that have come back. */
export async function followReplay(
  results: readonly ReplayResult[],
  { intentQueue, clock, findLetters, onCounts, everyMs = 2_000, signal }: FollowDeps,
): Promise<Followed> {
  let empty = 0;
  while (empty < emptyReadings && !signal.aborted) {
    const counts = await intentQueue.counts();
    onCounts?.(counts);
    empty = counts.visible + counts.inFlight + counts.delayed === 0 ? empty + 1 : 0;
    if (empty < emptyReadings) await clock.sleep(everyMs, signal).catch(() => {});
  }
  const replayed = results.filter((result) => result.kind === "replayed");
  const known = new Set(replayed.flatMap(({ group }) => group.letters.map(({ messageId }) => messageId)));
  const keys = new Set(replayed.map(({ facts, group }) => facts.clientToken ?? group.letters[0].intentBody));
  const cameBack = await findLetters(
    ({ messageId, groupKey, intentBody }) =>
      !known.has(messageId) && (keys.has(groupKey) || keys.has(intentBody)),
  );
  const requests = new Set(cameBack.map(({ groupKey }) => groupKey));
  return { isDrained: empty >= emptyReadings, cameBack, notFailed: replayed.length - requests.size };
}
