import { exitCodes, ToolError } from "../cli/errors.ts";
import type { DeadLetter } from "./letters/letter.ts";
import { refuseIntentQueue } from "./receive/receive-letters.ts";
import { letterCount } from "./receive/select-letters.ts";
import type { AuditLog } from "./replay/audit-log.ts";
import { type Imported, importLetters } from "./replay/import-letters.ts";
import { type LineCounts, type LineSelection, Present, selectLines } from "./replay/select-lines.ts";
import { type Session, withLetters } from "./session.ts";

/** What an operator asks of an import. */
export interface AskedImport extends Omit<LineSelection, "instances" | "now"> {
  /** Does not look for what is there already. */
  readonly allowCopies: boolean;
}

export interface PreparedImport {
  readonly toImport: number;
  /** What becomes of the lines. */
  readonly planned: LineCounts;
  start(audit: AuditLog, onImported?: (count: number) => void): Promise<Imported>;
}

/**
 * Reads the whole file and what is in the dead-letter queue already, so that a broken line changes nothing and nothing is
 * there twice.
 */
export async function prepareImport(options: AskedImport, session: Session): Promise<PreparedImport> {
  const { clock, deployment, terminal, signal } = session;
  const deadLetterQueue = session.deadLetterQueue();
  const now = clock.now();
  const { instances } = deployment;
  const selection = { ...options, instances, now };
  const showRead = (number: number) => terminal.progress(`Reading the file: ${letterCount(number)}`);
  const present = new Present();
  let planned = noLines();
  let toImport = await count(selectLines(selection, present, planned), showRead);
  refuseIntentQueue(deadLetterQueue, await deadLetterQueue.counts());
  if (!options.allowCopies && toImport > 0) await findPresent(present, session);
  if (!present.isEmpty) {
    planned = noLines();
    toImport = await count(selectLines(selection, present, planned), showRead);
  }
  terminal.progress(undefined);
  return {
    toImport,
    planned,
    start(audit, onImported) {
      const lines = selectLines(selection, present, noLines());
      return importLetters(lines, { deadLetterQueue, instances, audit, clock, now, onImported, signal });
    },
  };
}

/** Without all that is in the queue nobody can say what would be there twice. */
async function findPresent(present: Present, session: Session): Promise<void> {
  const add = (_: DeadLetter, message: Parameters<Present["add"]>[0]) => {
    present.add(message);
    return undefined;
  };
  const { mayBeMore } = await withLetters(session, add, async (received) => received);
  if (mayBeMore === undefined) return;
  throw new ToolError(`Nothing was imported: what is in the queue already is not known (${mayBeMore}).`, {
    code: "Incomplete",
    hint: "Run the command again in 30 s, or add --allow-copies.",
    exitCode: exitCodes.incomplete,
  });
}

async function count(items: AsyncIterable<unknown>, onCounted: (number: number) => void): Promise<number> {
  let number = 0;
  for await (const _ of items) onCounted(++number);
  return number;
}

function noLines(): LineCounts {
  return { selected: 0, present: 0, repeated: 0, broken: 0 };
}
