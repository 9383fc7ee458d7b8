import type { Message } from "@aws-sdk/client-sqs";
import type { Command } from "commander";
import { ToolError, UsageError } from "../../../cli/errors.ts";
import { escapedJson, printJson, type Terminal } from "../../../cli/print/terminal.ts";
import type { CommandContext } from "../../../cli/run-command.ts";
import { fileLine } from "../../files/letter-file.ts";
import { createLetterFile } from "../../files/write-letter-file.ts";
import type { DeadLetter } from "../../letters/letter.ts";
import { readLetter } from "../../letters/read-letter.ts";
import { runWithLetters } from "../../open-session.ts";
import { addFilterOptions, addQueueOptions, type LetterFlags } from "../../options.ts";
import { countText, noneSelected, type Selection, seenCode, selector } from "../../receive/select-letters.ts";
import { Window } from "../../receive/window.ts";
import { type Session, withLetters } from "../../session.ts";

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
      runWithLetters(options, context, (session) => {
        const { limit, json = false } = options;
        return runExport({ conditions, limit, json, file }, session);
      }),
    );
}

export interface ExportOptions extends Selection {
  readonly file: string;
  readonly json: boolean;
}

/** With `--limit`, the oldest are in memory before they are written; without, each is written as it is received. */
const maxLimitBytes = 512 * 1024 * 1024;

/** Where an export writes, and how many it has written. */
interface Target extends Disposable {
  readonly count: number;
  append(letters: readonly DeadLetter[]): void;
  end(): Promise<void>;
}

/** Writes dead letters to a new file, or to standard output for `-`. They stay in the queue. */
export async function runExport(options: ExportOptions, session: Session): Promise<number> {
  const { file, json, limit } = options;
  const { clock, terminal, deployment } = session;
  if (file === "-" && json) {
    throw new UsageError("With - the output is the dead letters, each a line of JSON: leave out --json.");
  }
  using target = file === "-" ? standardOutput(terminal) : fileTarget(file);
  const oldest = limit === undefined ? undefined : new Window(limit, maxLimitBytes);
  const { keep, reasons } = selector(options, clock, (letter) => letter);
  const take = (letter: DeadLetter, message: Message) => {
    if (keep(letter) === undefined) return undefined;
    if (oldest) oldest.offer(message);
    else target.append([letter]);
    return undefined;
  };
  const received = await withLetters(session, take, async (found) => found);
  if (oldest?.hasDroppedForSize) {
    throw new ToolError(`The oldest ${limit} are too large to be sorted in memory:`, {
      code: "TooLarge",
      hint: "export without --limit, or narrow it by filters.",
    });
  }
  for (const message of oldest?.take() ?? []) target.append([readLetter(message, deployment.instances)]);
  await target.end();
  const { seen, mayBeMore } = received;
  const count = target.count;
  if (file === "-") {
    if (count === 0) terminal.note(noneSelected(received, reasons));
    if (mayBeMore) terminal.note(`Incomplete: wrote ${count} of ${countText(received)}.`);
  } else if (json) {
    printJson(terminal, { exported: count, file: count > 0 ? file : undefined, seen, mayBeMore });
  } else if (count === 0) terminal.print(noneSelected(received, reasons));
  else terminal.print(`Wrote ${count} of ${countText(received)} to ${file}; they are still in the queue.`);
  return seenCode(received);
}

function fileTarget(name: string): Target {
  const file = createLetterFile(name);
  return {
    get count() {
      return file.count;
    },
    append: file.append,
    async end() {
      file.sync();
    },
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

function standardOutput(terminal: Terminal): Target {
  let count = 0;
  return {
    get count() {
      return count;
    },
    append(letters) {
      for (const letter of letters) terminal.write(escapedJson(fileLine(letter)));
      count += letters.length;
    },
    end: () => terminal.drained(),
    [Symbol.dispose]() {},
  };
}
