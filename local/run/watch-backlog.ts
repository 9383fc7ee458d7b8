import { setTimeout as sleep } from "node:timers/promises";
import { describeBacklog } from "../report/describe-progress.ts";
import type { LocalStack } from "../stack/local-stack.ts";

export interface BacklogDeps {
  readonly stack: Pick<LocalStack, "countMessages" | "isPaused" | "settings">;
  readonly progress: (line: string | undefined) => void;
  readonly signal: AbortSignal;
  /** @default 1,000 */
  readonly everyMs?: number;
}

/** A shorter backlog is gone before its line is read. */
const shownFromSeconds = 5;

/** Shows how many intents wait as long as they take some seconds. Ends with the signal. */
export async function watchBacklog({ stack, progress, signal, everyMs = 1_000 }: BacklogDeps): Promise<void> {
  const perSecond = Number(stack.settings.TRANSFERS_PER_SECOND);
  while (!signal.aborted) {
    const waiting = stack.countMessages("IntentQueueUrl");
    const isLong = stack.isPaused ? waiting > 0 : waiting / perSecond >= shownFromSeconds;
    progress(isLong ? describeBacklog(waiting, perSecond, stack.isPaused) : undefined);
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => {});
  }
  progress(undefined);
}
