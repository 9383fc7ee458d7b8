import { existsSync } from "node:fs";
import type { Command } from "commander";
import { exitCodes } from "../../../cli/errors.ts";
import { printable } from "../../../cli/print/table.ts";
import { printJson, progressBar } from "../../../cli/print/terminal.ts";
import type { CommandContext } from "../../../cli/run-command.ts";
import { fileExists } from "../../files/new-file.ts";
import { privateFile } from "../../files/private-folder.ts";
import { createLetterFile, type LetterFile } from "../../files/write-letter-file.ts";
import type { DeadLetter } from "../../letters/letter.ts";
import { runWithLetters } from "../../open-session.ts";
import { addAuditOption, addFilterOptions, addQueueOptions, type LetterFlags } from "../../options.ts";
import {
  countReasons,
  countText,
  letterCount,
  noneSelected,
  type Selection,
  seenCode,
} from "../../receive/select-letters.ts";
import type { Selected, Sketch } from "../../receive/work.ts";
import { type Discarded, discardLetters } from "../../replay/discard-letters.ts";
import { openAudit, type Session } from "../../session.ts";
import { withSelected } from "../../with-selected.ts";

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
    .option("--to <file>", `the file (default: ${privateFile("discarded-TIME.jsonl")})`);
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
      runWithLetters(options, context, (session) => {
        const { limit, json = false, yes = false, audit } = options;
        const time = new Date(session.clock.now()).toISOString().replaceAll(/[:.]/g, "-");
        const file = options.to ?? privateFile(`discarded-${time}.jsonl`);
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

/** A window of what is deleted as fast as SQS allows. */
const windowLetters = 10_000;

/** Deletes dead letters, after they are in a file on the disk. */
export async function runDiscard(options: DiscardOptions, session: Session): Promise<number> {
  const { terminal, signal } = session;
  const selecting = { sketch, windowLetters };
  if (!options.yes) {
    refuseExisting(options.file);
    const selected = await withSelected(session, options, selecting, async (found) => found);
    printPreview(selected, options, session);
    return seenCode(selected.received);
  }
  // Before the queue is read: it may take minutes to find out that the file cannot be written.
  using audit = await openAudit(session, options.audit, "discard", options);
  using file = createLetterFile(options.file);
  // Awaited here: the files must not be closed before.
  return await withSelected(session, options, selecting, async (selected, workThrough) => {
    const { sketches, received } = selected;
    if (sketches.length === 0 && !options.json) {
      terminal.print(noneSelected(received, selected.reasons));
      return seenCode(received);
    }
    const onDiscarded = (count: number) =>
      terminal.progress(`${progressBar(count, sketches.length)} ${count} of ${sketches.length} deleted`);
    const done = await discardLetters(sketches, workThrough, { audit, file, onDiscarded, signal });
    const document = reportJson(done, file, selected, signal.aborted);
    if (options.json) printJson(terminal, document);
    else terminal.print(reportText(document, sketches.length));
    if (document.failed.length > 0 || done.stopped !== undefined) return exitCodes.failed;
    return document.left > 0 ? exitCodes.incomplete : seenCode(received);
  });
}

function sketch({ messageId, sentAt, reason }: DeadLetter): Sketch {
  return { messageId, sentAt, reason };
}

function printPreview(selected: Selected<Sketch>, { json, file }: DiscardOptions, session: Session): void {
  const { terminal } = session;
  const { sketches, received, reasons } = selected;
  const counts = countReasons(sketches);
  if (json) {
    const { seen, mayBeMore } = received;
    printJson(terminal, {
      dryRun: true,
      seen,
      mayBeMore,
      wouldDiscard: sketches.length,
      reasons: Object.fromEntries(counts),
    });
  } else if (sketches.length === 0) terminal.print(noneSelected(received, reasons));
  else {
    const named = counts.map(([reason, count]) => `${printable(reason)} (${count})`).join(", ");
    terminal.print(
      `Would write ${sketches.length} of ${countText(received)} to ${file} and delete them: ${named}.`,
    );
    terminal.print("Nothing has been changed. Add --yes to do it; dlq import restores them from the file.");
  }
}

function reportJson(
  { discarded, failed, stopped }: Discarded,
  { file, count }: LetterFile,
  { sketches, received: { seen, mayBeMore } }: Selected<Sketch>,
  wasInterrupted: boolean,
) {
  return {
    dryRun: false,
    seen,
    mayBeMore,
    discarded: discarded.size,
    failed: Array.from(failed, ([messageId, why]) => ({ messageId, why })),
    left: sketches.length - discarded.size - failed.size,
    stopped,
    wasInterrupted,
    file: count > 0 ? file : undefined,
  };
}

/** How many messages a report names; `--json` names them all. */
const maxNamed = 5;

function reportText(report: ReturnType<typeof reportJson>, selected: number): string {
  const { discarded, failed, left, stopped, wasInterrupted, file, mayBeMore } = report;
  const where = file === undefined ? "" : `; ${file} has ${discarded === 1 ? "it" : "them"}`;
  return [
    `Deleted ${discarded} of ${letterCount(selected)}${where}.`,
    ...(stopped ? [`Stopped: ${stopped}`] : []),
    ...failed
      .slice(0, maxNamed)
      .map(({ messageId, why }) => `${messageId} is in the file, and may still be in the queue: ${why}`),
    ...(failed.length > maxNamed ? [`… and ${failed.length - maxNamed} more: --json names them all`] : []),
    ...(left > 0
      ? [
          `${left} of them are still in the queue${wasInterrupted ? " (interrupted)" : ""}: run the command again.`,
        ]
      : []),
    ...(mayBeMore ? [`Incomplete: ${mayBeMore}.`] : []),
  ].join("\n");
}

/** @throws UsageError */
function refuseExisting(file: string): void {
  if (existsSync(file)) throw fileExists(file);
}
