import type { Clock } from "../../lambda/ports.ts";
import type { Queue, QueueCounts } from "../aws/queue.ts";
import type { Letter } from "../letters/letter.ts";
import type { Fate } from "./replay-letters.ts";

export interface FollowDeps {
  readonly intentQueue: Queue;
  readonly clock: Clock;
  /** Looks at the dead-letter queue for letters that the test takes. */
  readonly findLetters: (test: (letter: Letter) => boolean) => Promise<readonly Letter[]>;
  readonly onCounts?: (counts: QueueCounts) => void;
  /** How often the intent queue is asked. @default 2000 */
  readonly everyMs?: number;
  readonly signal: AbortSignal;
}

/** What became of the messages that were put back. */
export interface Followed {
  /** The intent queue is empty: all has been worked off, live intents included. */
  readonly isWorkedOff: boolean;
  readonly cameBack: readonly Letter[];
  /** Put back, and not in the dead-letter queue again. */
  readonly notFailed: number;
}

/** SQS's counts lag: the queue counts as empty when it has been so as often in a row. */
const emptyReadings = 3;

/** Waits until the intent queue is empty, then looks which of the letters have come back. */
export async function followReplay(
  fates: readonly Fate[],
  { intentQueue, clock, findLetters, onCounts, everyMs = 2_000, signal }: FollowDeps,
): Promise<Followed> {
  let empty = 0;
  while (empty < emptyReadings && !signal.aborted) {
    const counts = await intentQueue.counts();
    onCounts?.(counts);
    empty = counts.visible + counts.inFlight + counts.delayed === 0 ? empty + 1 : 0;
    if (empty < emptyReadings) await clock.sleep(everyMs, signal).catch(() => {});
  }
  const putBack = fates.filter((fate) => fate.kind === "put back");
  const known = new Set(putBack.flatMap(({ group }) => group.letters.map(({ messageId }) => messageId)));
  const keys = new Set(putBack.map(({ told, group }) => told.clientToken ?? group.letters[0].intentBody));
  const cameBack = await findLetters(
    ({ messageId, groupKey, intentBody }) =>
      !known.has(messageId) && (keys.has(groupKey) || keys.has(intentBody)),
  );
  const requests = new Set(cameBack.map(({ groupKey }) => groupKey));
  return { isWorkedOff: empty >= emptyReadings, cameBack, notFailed: putBack.length - requests.size };
}
