import type { Clock } from "../../lambda/ports.ts";
import type { Queue, QueueCounts } from "../aws/queue.ts";
import { hashOf } from "../letters/hash.ts";
import type { DeadLetter } from "../letters/letter.ts";
import type { ReplayResult } from "../replay/replay-letters.ts";

export type ReplayedResult = Extract<ReplayResult, { kind: "replayed" }>;

export interface FollowQueueDeps {
  readonly intentQueue: Queue;
  readonly clock: Clock;
  /** Finds the dead letters that pass the test. */
  readonly findLetters: (test: (letter: DeadLetter) => boolean) => Promise<readonly CameBack[]>;
  /** Those that were in the dead-letter queue before. */
  readonly knownIds: ReadonlySet<string>;
  readonly onCounts?: (counts: QueueCounts) => void;
  /** How often the intent queue is polled. */
  readonly everyMs: number;
  /** Live intents may keep the queue from ever being empty. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A dead letter of a replayed message that failed again. */
export interface CameBack {
  readonly messageId: string;
  readonly intentId?: string;
  readonly reason: string;
  readonly message: string;
  /** The hash of its body. */
  readonly bodyHash: string;
}

/** What the two queues show of replayed messages. */
export interface FollowedQueue {
  readonly by: "queue";
  /** The intent queue is empty: everything has been processed, live intents included. */
  readonly isDrained: boolean;
  readonly cameBack: readonly CameBack[];
  /** Replayed, and not in the dead-letter queue again. */
  readonly notFailed: number;
}

/** SQS's counts lag: the queue counts as empty after this many empty readings in a row. */
const emptyReadings = 3;

/**
 * Waits until the intent queue is empty, then finds the dead letters that have come back. They are known by their bodies,
 * which the function never changes: their tokens may depend on an instance that only the function knows.
 */
export async function followQueue(
  replayed: readonly ReplayedResult[],
  { intentQueue, clock, findLetters, knownIds, onCounts, everyMs, timeoutMs, signal }: FollowQueueDeps,
): Promise<FollowedQueue> {
  const endsAt = clock.monotonic() + timeoutMs;
  let empty = 0;
  while (empty < emptyReadings && !signal.aborted && clock.monotonic() < endsAt) {
    const counts = await intentQueue.counts();
    onCounts?.(counts);
    empty = counts.visible + counts.inFlight + counts.delayed === 0 ? empty + 1 : 0;
    if (empty < emptyReadings) await clock.sleep(everyMs, signal).catch(() => {});
  }
  const sent = new Set(replayed.map(({ bodyHash }) => bodyHash));
  const cameBack = await findLetters(
    ({ messageId, body }) => !knownIds.has(messageId) && sent.has(hashOf(body)),
  );
  const failedAgain = new Set(cameBack.map(({ bodyHash }) => bodyHash));
  const notFailed = replayed.filter(({ bodyHash }) => !failedAgain.has(bodyHash)).length;
  return { by: "queue", isDrained: empty >= emptyReadings, cameBack, notFailed };
}
