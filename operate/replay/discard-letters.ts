import { intentIdOf } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { inBatches } from "../receive/batches.ts";
import type { MessageLease } from "../receive/lease.ts";
import type { AuditLog } from "./audit-log.ts";

export interface Discarded {
  readonly discarded: readonly DeadLetter[];
  /** By message id. */
  readonly failed: ReadonlyMap<string, string>;
}

/** Deletes dead letters that are already in a file. Ends early when the signal aborts. */
export async function discardLetters(
  letters: readonly DeadLetter[],
  { lease, audit, file, signal }: { lease: MessageLease; audit: AuditLog; file: string; signal: AbortSignal },
): Promise<Discarded> {
  const discarded: DeadLetter[] = [];
  const failed = new Map<string, string>();
  for (const batch of inBatches(letters)) {
    if (signal.aborted) break;
    const ids = batch.map(({ messageId }) => messageId);
    const leased = await lease.renew(ids);
    audit.write(
      batch
        .filter(({ messageId }) => leased.has(messageId))
        .map((letter) => ({
          action: "discarding",
          messageId: letter.messageId,
          intentId: intentIdOf(letter),
          reason: letter.reason,
          file,
        })),
    );
    const undeleted = await lease.delete([...leased]);
    audit.write(Array.from(undeleted, ([messageId, why]) => ({ action: "kept", messageId, why })));
    for (const letter of batch) {
      const why = leased.has(letter.messageId)
        ? undeleted.get(letter.messageId)
        : "another consumer has received it meanwhile";
      if (why === undefined) discarded.push(letter);
      else failed.set(letter.messageId, why);
    }
  }
  return { discarded, failed };
}
