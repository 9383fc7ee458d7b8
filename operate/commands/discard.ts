import type { Command } from "commander";
import { exitCodes } from "../../cli/errors.ts";
import type { CommandContext } from "../../cli/run-command.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { writeLetterFile } from "../letters/letter-file.ts";
import { runWithSession } from "../open-session.ts";
import { addAuditOption, addFilterOptions, addQueueOptions, type LetterFlags } from "../options.ts";
import type { Received } from "../receive/receive-letters.ts";
import {
  countText,
  letterCount,
  noneSelected,
  oldestFirst,
  type Selection,
  seenCode,
  selector,
} from "../receive/select-letters.ts";
import { discardLetters } from "../replay/discard-letters.ts";
import { openAudit, type Session, withLetters } from "../session.ts";

interface DiscardFlags extends LetterFlags {
  readonly yes?: true;
  readonly to?: string;
  readonly audit: string;
}

export function define(command: Command, context: CommandContext): void {
  command.description(
    "Deletes dead letters, after writing them to a file. Without --yes it only shows what would happen.",
  );
  const conditions = addFilterOptions(command);
  command
    .optionsGroup("Discard:")
    .option("--yes", "do it")
    .option("--to <file>", "the file (default: discarded-TIME.jsonl)");
  addAuditOption(command);
  addQueueOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  npx contact-transfer dlq discard --reason EventIdsOnly
  npx contact-transfer dlq discard --older-than 10d --to old.jsonl --yes`,
    )
    .action((options: DiscardFlags) =>
      runWithSession(options, context, (session) => {
        const { limit, json = false, yes = false, audit } = options;
        const time = new Date(session.clock.now()).toISOString().replaceAll(/[:.]/g, "-");
        const file = options.to ?? `discarded-${time}.jsonl`;
        return runDiscard({ conditions, limit, json, file, yes, audit }, session);
      }),
    );
}

export interface DiscardOptions extends Selection {
  readonly file: string;
  readonly json: boolean;
  readonly audit: string;
  /** Without it nothing is changed. */
  readonly yes: boolean;
}

/** Deletes dead letters, after they are in a file on the disk. */
export async function runDiscard(options: DiscardOptions, session: Session): Promise<number> {
  const { clock, terminal, signal } = session;
  const { file, yes, json } = options;
  const { keep, reasons } = selector(options, clock, (letter) => letter);
  return withLetters(session, keep, async (received, lease) => {
    const letters = oldestFirst(received.kept, options.limit);
    if (letters.length === 0 || !yes) {
      if (json) terminal.print(JSON.stringify(previewJson(letters, yes), undefined, 2));
      else if (letters.length === 0) terminal.print(noneSelected(received, reasons));
      else terminal.print(previewText(letters, received, file));
      return seenCode(received);
    }
    using audit = await openAudit(session, options.audit, "discard", options);
    await writeLetterFile(file, letters);
    const { discarded, failed } = await discardLetters(letters, { lease, audit, file, signal });
    const failures = Array.from(failed, ([messageId, why]) => ({ messageId, why }));
    if (json)
      terminal.print(JSON.stringify({ discarded: discarded.length, failed: failures, file }, undefined, 2));
    else {
      terminal.print(`Deleted ${discarded.length} of ${letterCount(letters.length)}; ${file} has them all.`);
      for (const { messageId, why } of failures) terminal.print(`${messageId} is still in the queue: ${why}`);
    }
    return failures.length > 0 ? exitCodes.failed : seenCode(received);
  });
}

function previewJson(letters: readonly DeadLetter[], yes: boolean) {
  return { dryRun: !yes, wouldDiscard: letters.length, reasons: countReasons(letters) };
}

function previewText(letters: readonly DeadLetter[], received: Received<unknown>, file: string): string {
  const reasons = Object.entries(countReasons(letters)).map(([reason, count]) => `${reason} (${count})`);
  return [
    `Would write ${letters.length} of ${countText(received)} to ${file} and delete them: ${reasons.join(", ")}.`,
    "Nothing has been changed. Add --yes to do it; dlq import restores them from the file.",
  ].join("\n");
}

function countReasons(letters: readonly DeadLetter[]): Record<string, number> {
  const groups = Map.groupBy(letters, ({ reason }) => reason);
  return Object.fromEntries(Array.from(groups, ([reason, { length }]) => [reason, length]));
}
