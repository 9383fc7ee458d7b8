import type { LetterFile } from "../../operate/files/write-letter-file.ts";
import type { DeadLetter } from "../../operate/letters/letter.ts";
import { prepareImport } from "../../operate/prepare-import.ts";
import type { Sketch } from "../../operate/receive/work.ts";
import type { AuditLog } from "../../operate/replay/audit-log.ts";
import { claimImport } from "../../operate/replay/claim-import.ts";
import { discardLetters } from "../../operate/replay/discard-letters.ts";
import type { Session } from "../../operate/session.ts";
import { withSelected } from "../../operate/with-selected.ts";
import type { DiscardRequest } from "../protocol/plans.ts";
import { selectionOf } from "./asked-replay.ts";
import type { RunRecord } from "./run-record.ts";

/** A window of what is deleted as fast as SQS allows. */
const windowLetters = 10_000;

export interface DiscardRunDeps {
  readonly session: Session;
  readonly record: RunRecord;
  readonly audit: AuditLog;
  readonly file: LetterFile;
}

/** Deletes what is selected, each letter after it is in the file on the disk. Returns the ids of those that are gone. */
export async function runDiscard(
  { selection }: DiscardRequest,
  { session, record, audit, file }: DiscardRunDeps,
): Promise<readonly string[]> {
  const signal = record.control.cancelled;
  const selecting = { sketch, windowLetters };
  return withSelected(
    { ...session, signal },
    selectionOf(selection),
    selecting,
    async (selected, workThrough) => {
      const { sketches, received } = selected;
      record.update({ state: "discarding", selected: sketches.length, mayBeMore: received.mayBeMore });
      const onDiscarded = (done: number) => record.update({ done });
      const { discarded, failed, stopped } = await discardLetters(sketches, workThrough, {
        audit,
        file,
        onDiscarded,
        signal,
      });
      for (const [id, why] of failed) record.fail(id, why);
      record.update({ file: file.count > 0 ? file.file : undefined, canUndo: file.count > 0 });
      if (stopped !== undefined) record.end("failed", stopped);
      return [...discarded];
    },
  );
}

function sketch({ messageId, sentAt, reason }: DeadLetter): Sketch {
  return { messageId, sentAt, reason };
}

/** Imports what a discard has written, except what is in the queue already. */
export async function runImport(
  file: string,
  { session, record, audit }: Omit<DiscardRunDeps, "file">,
): Promise<void> {
  const asked = { file, fromLine: 1, skipBroken: false, allowCopies: false, conditions: [] };
  const signal = record.control.cancelled;
  using _ = await claimImport(session.deadLetterQueue().url, session.clock, signal);
  const { toImport, planned, start } = await prepareImport(asked, { ...session, signal });
  record.update({
    state: "importing",
    selected: planned.selected,
    skipped: planned.present + planned.repeated,
  });
  const { failed, stopped } = await start(audit, (done) => record.update({ done }));
  for (const { lineNumber, why } of failed) record.fail(`line ${lineNumber}`, why);
  if (stopped !== undefined) record.end("failed", stopped);
  else if (record.run.done < toImport && !signal.aborted) record.end("failed");
}
