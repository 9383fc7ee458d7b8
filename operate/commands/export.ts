import type { Command } from "commander";
import type { CommandContext } from "../../cli/run-command.ts";
import { fileLine, writeLetterFile } from "../letters/letter-file.ts";
import { runWithSession } from "../open-session.ts";
import { addFilterOptions, addQueueOptions, type LetterFlags } from "../options.ts";
import {
  countText,
  noneSelected,
  oldestFirst,
  type Selection,
  seenCode,
  selector,
} from "../receive/select-letters.ts";
import { type Session, withLetters } from "../session.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description("Writes dead letters to a new file, attributes included. They stay in the queue.")
    .argument("<file>", "JSON lines; - is standard output");
  const conditions = addFilterOptions(command);
  addQueueOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  npx contact-transfer dlq export letters.jsonl
  npx contact-transfer dlq export - --reason InvalidIntent | jq .body`,
    )
    .action((file: string, options: LetterFlags) =>
      runWithSession(options, context, (session) => {
        const { limit, json = false } = options;
        return runExport({ conditions, limit, json, file }, session);
      }),
    );
}

export interface ExportOptions extends Selection {
  readonly file: string;
  readonly json: boolean;
}

/** Writes dead letters to a new file, or to standard output for `-`. They stay in the queue. */
export async function runExport(
  { file, json, ...selection }: ExportOptions,
  session: Session,
): Promise<number> {
  const { clock, terminal } = session;
  const { keep, reasons } = selector(selection, clock, (letter) => letter);
  const received = await withLetters(session, keep, async (found) => found);
  const letters = oldestFirst(received.kept, selection.limit);
  if (file === "-") {
    for (const letter of letters) terminal.print(fileLine(letter));
    return seenCode(received);
  }
  await writeLetterFile(file, letters);
  const { seen, mayBeMore } = received;
  if (json) terminal.print(JSON.stringify({ exported: letters.length, file, seen, mayBeMore }, undefined, 2));
  else if (letters.length === 0) terminal.print(noneSelected(received, reasons));
  else
    terminal.print(
      `Wrote ${letters.length} of ${countText(received)} to ${file}; they are still in the queue.`,
    );
  return seenCode(received);
}
