import { isInterruption } from "../aws/end-calls.ts";
import { isHopeless } from "../aws/explain-error.ts";
import type { MessageLease } from "../receive/lease.ts";
import type { StopRun } from "../receive/stopper.ts";
import type { AuditLog } from "./audit-log.ts";

/**
 * Deletes dead letters and records those of which SQS has not confirmed it: they may still be there. Returns these, with the
 * reason of each.
 */
export type DeleteLetters = (
  messageIds: readonly string[],
  lease: MessageLease,
) => Promise<ReadonlyMap<string, string>>;

/** So many batches in a row of which SQS deletes nothing end the run: the next ones would be in two places too. */
const maxFruitless = 3;

export function createDeleter(audit: AuditLog, stop: StopRun): DeleteLetters {
  let fruitless = 0;
  return async (messageIds, lease) => {
    if (messageIds.length === 0) return new Map();
    let wasInterrupted = false;
    const undeleted = await lease.delete(messageIds, (error) => {
      if (isHopeless(error)) stop((error as Error).message);
      wasInterrupted ||= isInterruption(error);
    });
    fruitless = undeleted.size === messageIds.length && !wasInterrupted ? fruitless + 1 : 0;
    if (fruitless === maxFruitless) {
      const [why = ""] = undeleted.values();
      stop(`SQS deletes nothing (${why}).`);
    }
    try {
      audit.write(Array.from(undeleted, ([messageId, why]) => ({ action: "kept", messageId, why })));
    } catch (error) {
      stop((error as Error).message);
    }
    return undeleted;
  };
}
