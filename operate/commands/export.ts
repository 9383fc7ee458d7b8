import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { UsageError } from "../../cli/errors.ts";
import { matches } from "../letters/filters.ts";
import { fileLine, readFileLine } from "../letters/letter-file.ts";
import { readLetter } from "../letters/read-letter.ts";
import { countText, noneSelected, oldestFirst, type Selection, selector } from "../receive/select-letters.ts";
import { discardLetters, writeLetterFile } from "../replay/discard-letters.ts";
import { importLetters, type NumberedLetter } from "../replay/import-letters.ts";
import { openAudit, type Session, withLetters } from "../session.ts";

export interface FileOptions extends Selection {
  readonly file: string;
  readonly json: boolean;
}

/** Writes letters to a new file, or to standard output for `-`. They stay in the queue. */
export async function runExport(
  { file, json, ...selection }: FileOptions,
  session: Session,
): Promise<number> {
  const { clock, terminal } = session;
  const { keep, reasons } = selector(selection, clock, (letter) => letter);
  const received = await withLetters(session, keep, async (found) => found);
  const letters = oldestFirst(received.kept, selection.limit);
  if (file === "-") {
    for (const letter of letters) terminal.print(fileLine(letter));
    return 0;
  }
  await writeLetterFile(file, letters);
  const { seen, mayBeMore } = received;
  if (json) terminal.print(JSON.stringify({ exported: letters.length, file, seen, mayBeMore }, undefined, 2));
  else if (letters.length === 0) terminal.print(noneSelected(seen, reasons));
  else
    terminal.print(
      `Wrote ${letters.length} of ${countText(received)} to ${file}; they are still in the queue.`,
    );
  return 0;
}

export interface ImportOptions extends FileOptions {
  readonly audit: string;
  /** Counted from 1. */
  readonly fromLine: number;
}

/** Puts the letters of a file into the dead-letter queue. */
export async function runImport(options: ImportOptions, session: Session): Promise<number> {
  const { clock, terminal, deadLetterQueue, deployment, signal } = session;
  const { file, fromLine, filter, limit, json } = options;
  const letters = parseLines(await readText(file), clock.now())
    .filter(({ lineNumber }) => lineNumber >= fromLine)
    .filter(({ message }) => matches(readLetter(message, deployment.instances), filter, clock.now()))
    .slice(0, limit);
  using audit = await openAudit(session, options.audit, "import", options);
  const { imported, failed, nextLine } = await importLetters(letters, {
    deadLetterQueue,
    instances: deployment.instances,
    audit,
    now: clock.now,
    onImported: (count) => terminal.progress(`Imported ${count} of ${letters.length}`),
    signal,
  });
  terminal.progress(undefined);
  if (json) terminal.print(JSON.stringify({ imported, failed, nextLine }, undefined, 2));
  else {
    terminal.print(`Imported ${imported} of ${letters.length} dead letters into ${deadLetterQueue.url}.`);
    for (const { lineNumber, why } of failed) terminal.print(`Line ${lineNumber} was not taken: ${why}`);
    if (nextLine) terminal.print(`Interrupted; go on with --from-line ${nextLine}.`);
  }
  return failed.length > 0 ? 1 : 0;
}

export interface DiscardOptions extends FileOptions {
  readonly audit: string;
  /** Without it nothing is changed. */
  readonly yes: boolean;
}

/** Removes letters, after they are in a file on the disk. */
export async function runDiscard(options: DiscardOptions, session: Session): Promise<number> {
  const { clock, terminal, signal } = session;
  const { file, yes, json } = options;
  const { keep, reasons } = selector(options, clock, (letter) => letter);
  return withLetters(session, keep, async (received, hold) => {
    const letters = oldestFirst(received.kept, options.limit);
    if (letters.length === 0 || !yes) {
      const counts = Object.fromEntries(
        Array.from(
          Map.groupBy(letters, ({ reason }) => reason),
          ([reason, { length }]) => [reason, length],
        ),
      );
      if (json)
        terminal.print(
          JSON.stringify({ dryRun: !yes, wouldDiscard: letters.length, reasons: counts }, undefined, 2),
        );
      else if (letters.length === 0) terminal.print(noneSelected(received.seen, reasons));
      else {
        const list = Object.entries(counts).map(([reason, count]) => `${reason} (${count})`);
        terminal.print(
          `Would write ${letters.length} of ${countText(received)} to ${file} and remove them: ${list.join(", ")}.`,
        );
        terminal.print(
          "Nothing has been changed. Add --yes to do it; dlq import puts them back from the file.",
        );
      }
      return 0;
    }
    using audit = await openAudit(session, options.audit, "discard", options);
    await writeLetterFile(file, letters);
    const { discarded, failed } = await discardLetters(letters, { hold, audit, file, signal });
    const failures = Array.from(failed, ([messageId, why]) => ({ messageId, why }));
    if (json)
      terminal.print(JSON.stringify({ discarded: discarded.length, failed: failures, file }, undefined, 2));
    else {
      terminal.print(
        `Removed ${discarded.length} of ${letters.length} dead letters; ${file} holds them all.`,
      );
      for (const { messageId, why } of failures) terminal.print(`${messageId} is still there: ${why}`);
    }
    return failures.length > 0 ? 1 : 0;
  });
}

async function readText(file: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file} cannot be read (${code}).`, { cause: error });
  }
}

/** All lines are read before the first is sent: a broken file changes nothing. */
function parseLines(lines: string, now: number): NumberedLetter[] {
  return lines
    .split("\n")
    .map((line, index) => ({ line, lineNumber: index + 1 }))
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, lineNumber }) => ({ lineNumber, message: readFileLine(line, lineNumber, now) }));
}
