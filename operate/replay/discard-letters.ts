import type { LetterFile } from "../files/write-letter-file.ts";
import { intentIdOf } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import type { MessageLease } from "../receive/lease.ts";
import { createStopper } from "../receive/stopper.ts";
import type { Sketch, WorkThrough } from "../receive/work.ts";
import type { AuditLog } from "./audit-log.ts";
import { createDeleter } from "./delete-letters.ts";

export interface Discarded {
  /** Message ids. */
  readonly discarded: ReadonlySet<string>;
  /** Those that are in the file and may still be in the queue, with the reason, by message id. */
  readonly failed: ReadonlyMap<string, string>;
  /** Why the run ended early, if not by its signal. */
  readonly stopped?: string;
}

export interface DiscardDeps {
  readonly audit: AuditLog;
  readonly file: LetterFile;
  readonly onDiscarded?: (count: number) => void;
  readonly signal: AbortSignal;
}

/** So many are written before the disk must confirm them. */
const lettersPerSync = 100;

/**
 * Deletes dead letters, batch by batch, each after it is in the file on the disk and in the audit file. What the disk
 * does not take stays in the queue.
 */
export async function discardLetters(
  sketches: readonly Sketch[],
  workThrough: WorkThrough,
  { audit, file, onDiscarded, signal }: DiscardDeps,
): Promise<Discarded> {
  const stopper = createStopper(signal);
  const deleteAll = createDeleter(audit, stopper.stop);
  const failed = new Map<string, string>();
  const discarded = new Set<string>();

  const discardBatch = async (letters: readonly DeadLetter[], lease: MessageLease) => {
    const leased = await lease.renew(letters.map(({ messageId }) => messageId));
    const these = letters.filter(({ messageId }) => leased.has(messageId));
    try {
      file.append(these);
      file.sync();
      audit.write(these.map((letter) => auditEntry(letter, file.file)));
    } catch (error) {
      stopper.stop((error as Error).message);
      return [];
    }
    const ids = these.map(({ messageId }) => messageId);
    for (const [messageId, why] of await deleteAll(ids, lease)) failed.set(messageId, why);
    for (const messageId of ids) if (!failed.has(messageId)) discarded.add(messageId);
    onDiscarded?.(discarded.size);
    return ids;
  };

  await workThrough({
    messageIds: sketches.map(({ messageId }) => messageId),
    async onLetters(letters, lease) {
      const done = new Set<string>();
      for (let start = 0; start < letters.length && !stopper.signal.aborted; start += lettersPerSync) {
        const batch = letters.slice(start, start + lettersPerSync);
        for (const messageId of await discardBatch(batch, lease)) done.add(messageId);
      }
      return done;
    },
    signal: stopper.signal,
  });
  return { discarded, failed, stopped: stopper.stopped };
}

function auditEntry(letter: DeadLetter, file: string) {
  const { messageId, reason } = letter;
  return { action: "discarding", messageId, intentId: intentIdOf(letter), reason, file } as const;
}
