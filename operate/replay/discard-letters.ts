import { open } from "node:fs/promises";
import { UsageError } from "../../cli/errors.ts";
import { intentIdOf } from "../letters/filters.ts";
import type { Letter } from "../letters/letter.ts";
import { fileLine } from "../letters/letter-file.ts";
import { inBatches } from "../receive/batches.ts";
import type { LetterHold } from "../receive/lease.ts";
import type { AuditLog } from "./audit-log.ts";

/** Writes letters to a new file, on the disk when this resolves. @throws UsageError where the file is there already */
export async function writeLetterFile(file: string, letters: readonly Letter[]): Promise<void> {
  const handle = await open(file, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      error.code === "EEXIST"
        ? `${file} is there already, and nothing is overwritten: name another file.`
        : `${file} cannot be written (${error.code}).`,
      { cause: error },
    );
  });
  try {
    for (const letter of letters) await handle.write(`${fileLine(letter)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export interface Discarded {
  readonly discarded: readonly Letter[];
  /** By message id. */
  readonly failed: ReadonlyMap<string, string>;
}

/** Deletes letters that are in a file already; ends early when the signal aborts. */
export async function discardLetters(
  letters: readonly Letter[],
  { hold, audit, file, signal }: { hold: LetterHold; audit: AuditLog; file: string; signal: AbortSignal },
): Promise<Discarded> {
  const discarded: Letter[] = [];
  const failed = new Map<string, string>();
  for (const batch of inBatches(letters)) {
    if (signal.aborted) break;
    const ids = batch.map(({ messageId }) => messageId);
    const held = await hold.secure(ids);
    audit.write(
      batch
        .filter(({ messageId }) => held.has(messageId))
        .map((letter) => ({
          action: "discarding",
          messageId: letter.messageId,
          intentId: intentIdOf(letter),
          reason: letter.reason,
          file,
        })),
    );
    const undeleted = await hold.delete([...held]);
    audit.write(Array.from(undeleted, ([messageId, why]) => ({ action: "kept", messageId, why })));
    for (const letter of batch) {
      const why = held.has(letter.messageId) ? undeleted.get(letter.messageId) : "another took it meanwhile";
      if (why === undefined) discarded.push(letter);
      else failed.set(letter.messageId, why);
    }
  }
  return { discarded, failed };
}
