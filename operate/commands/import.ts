import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { exitCodes } from "../../cli/errors.ts";
import { positiveInteger } from "../../cli/option-parsers.ts";
import { readTextFile } from "../../cli/read-text-file.ts";
import type { CommandContext } from "../../cli/run-command.ts";
import { matches } from "../letters/filters.ts";
import { readFileLine } from "../letters/letter-file.ts";
import { readLetter } from "../letters/read-letter.ts";
import { runWithSession } from "../open-session.ts";
import { addAuditOption, addFilterOptions, addQueueOptions, type LetterFlags } from "../options.ts";
import { letterCount, type Selection } from "../receive/select-letters.ts";
import { importLetters, type NumberedLetter } from "../replay/import-letters.ts";
import { openAudit, type Session } from "../session.ts";

interface ImportFlags extends LetterFlags {
  readonly fromLine: number;
  readonly audit: string;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description("Sends the dead letters of a file to the dead-letter queue.")
    .argument("<file>", "what export or discard has written; - is standard input");
  const conditions = addFilterOptions(command);
  command
    .optionsGroup("Import:")
    .addOption(new Option("--from-line <n>", "start at this line").argParser(positiveInteger).default(1));
  addAuditOption(command);
  addQueueOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  npx contact-transfer dlq import letters.jsonl
  npx contact-transfer dlq import letters.jsonl --from-line 41`,
    )
    .action((file: string, options: ImportFlags) =>
      runWithSession(options, context, (session) => {
        const { limit, json = false, fromLine, audit } = options;
        return runImport({ conditions, limit, json, file, fromLine, audit }, session);
      }),
    );
}

export interface ImportOptions extends Selection {
  readonly file: string;
  readonly json: boolean;
  readonly audit: string;
  /** Counted from 1. */
  readonly fromLine: number;
}

/** Sends the dead letters of a file to the dead-letter queue. */
export async function runImport(options: ImportOptions, session: Session): Promise<number> {
  const { clock, terminal, deployment, signal } = session;
  const { file, fromLine, conditions, limit, json } = options;
  const deadLetterQueue = session.deadLetterQueue();
  const lines = file === "-" ? await text(process.stdin) : await readTextFile(file);
  const letters = parseLines(lines, clock.now())
    .filter(({ lineNumber }) => lineNumber >= fromLine)
    .filter(({ message }) => matches(readLetter(message, deployment.instances), conditions, clock.now()))
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
    terminal.print(`Imported ${imported} of ${letterCount(letters.length)} into ${deadLetterQueue.url}.`);
    for (const { lineNumber, why } of failed) terminal.print(`Line ${lineNumber} was rejected: ${why}`);
    if (nextLine) terminal.print(`Interrupted; continue with --from-line ${nextLine}.`);
  }
  return failed.length > 0 ? exitCodes.failed : exitCodes.done;
}

/** Reads all lines before the first is sent, so that a broken file changes nothing. */
function parseLines(lines: string, now: number): NumberedLetter[] {
  return lines
    .split("\n")
    .map((line, index) => ({ line, lineNumber: index + 1 }))
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, lineNumber }) => ({ lineNumber, message: readFileLine(line, lineNumber, now) }));
}
