import type { Clock } from "../../lambda/ports.ts";
import type { Queue, QueueCounts } from "../aws/queue.ts";
import type { DeadLetter } from "../letters/letter.ts";
import type { ReplayResult } from "./replay-letters.ts";

export interface FollowDeps {
  readonly intentQueue: Queue;
  readonly clock: Clock;
  /** Looks at the dead-letter queue for letters that the test takes. */
  readonly findLetters: (test: (letter: DeadLetter) => boolean) => Promise<readonly DeadLetter[]>;
  readonly onCounts?: (counts: QueueCounts) => void;
  /** How often the intent queue is asked. @default 2000 */
  readonly everyMs?: number;
  readonly signal: AbortSignal;
}

/** What became of the messages that were put back. */
export interface Followed {
  /** The intent queue is empty: all has been worked off, live intents included. */
  readonly isWorkedOff: boolean;
  readonly cameBack: readonly DeadLetter[];
  /** Put back, and not in the dead-letter queue again. */
  readonly notFailed: number;
}

/** SQS's counts lag: the queue counts as empty when it has been so as often in a row. */
const emptyReadings = 3;

/** Waits until the intent queue is empty, then looks which of the letters have come back. */
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
  return { isWorkedOff: empty >= emptyReadings, cameBack, notFailed: replayed.length - requests.size };
}
