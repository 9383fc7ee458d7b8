import { type Command, Option } from "commander";
import { exitCodes } from "../../../cli/errors.ts";
import { positiveInteger } from "../../../cli/option-parsers.ts";
import { printJson } from "../../../cli/print/terminal.ts";
import type { CommandContext } from "../../../cli/run-command.ts";
import { spoolInput } from "../../files/read-lines.ts";
import { runWithSession } from "../../open-session.ts";
import { addAuditOption, addFilterOptions, addQueueOptions, type LetterFlags } from "../../options.ts";
import { type AskedImport, prepareImport } from "../../prepare-import.ts";
import { letterCount } from "../../receive/select-letters.ts";
import { claimImport } from "../../replay/claim-import.ts";
import type { Imported } from "../../replay/import-letters.ts";
import type { LineCounts } from "../../replay/select-lines.ts";
import { openAudit, type Session } from "../../session.ts";

interface ImportFlags extends LetterFlags {
  readonly yes?: true;
  readonly fromLine: number;
  readonly allowCopies?: true;
  readonly skipBroken?: true;
  readonly audit: string;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Sends the dead letters of a file to the dead-letter queue, except those that are there already. Without --yes it only shows what would happen.",
    )
    .argument("<file>", "what export or discard has written; - is standard input");
  const conditions = addFilterOptions(command);
  command
    .optionsGroup("Import:")
    .option("--yes", "do it")
    .addOption(new Option("--from-line <n>", "start at this line").argParser(positiveInteger).default(1))
    .option("--skip-broken", "leave out lines that are not dead letters, such as a last one that is cut off")
    .option("--allow-copies", "do not look at what is in the queue already");
  addAuditOption(command);
  addQueueOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  npx contact-transfer dlq import letters.jsonl        what would be imported
  npx contact-transfer dlq import letters.jsonl --yes

After an interruption, run the same command again.`,
    )
    .action((file: string, options: ImportFlags) => {
      const { limit, json = false, yes = false, fromLine, allowCopies = false, audit } = options;
      const { skipBroken = false } = options;
      const asked = { conditions, limit, json, yes, file, fromLine, allowCopies, skipBroken, audit };
      const stopping = yes ? "Stopping: finishing the current batch and importing no more lines." : undefined;
      return runWithSession(options, context, (session) => runImport(asked, session), stopping);
    });
}

/** `file` `-` is standard input. */
export interface ImportOptions extends AskedImport {
  readonly json: boolean;
  /** Without it nothing is changed. */
  readonly yes: boolean;
  readonly audit: string;
}

/** Sends the dead letters of a file to the dead-letter queue, or shows what that would do. */
export async function runImport(options: ImportOptions, session: Session): Promise<number> {
  if (options.file !== "-") return importFile(options, session);
  await using input = await spoolInput(process.stdin);
  return await importFile({ ...options, file: input.file }, session);
}

async function importFile(options: ImportOptions, session: Session): Promise<number> {
  const { terminal } = session;
  const { url } = session.deadLetterQueue();
  using _ = options.yes ? await claimImport(url, session.clock, session.signal) : undefined;
  const { toImport, planned, start } = await prepareImport(options, session);
  if (!options.yes) {
    if (options.json) printJson(terminal, { dryRun: true, wouldImport: toImport, ...skippedJson(planned) });
    else terminal.print(previewText(toImport, planned, url));
    return exitCodes.done;
  }
  using audit = await openAudit(session, options.audit, "import", options);
  const imported = await start(audit, (done) => terminal.progress(`Imported ${done} of ${toImport}`));
  terminal.progress(undefined);
  if (options.json) printJson(terminal, { dryRun: false, ...imported, ...skippedJson(planned) });
  else terminal.print(reportText(imported, toImport, planned, url));
  const isDone = imported.failed.length === 0 && imported.stopped === undefined;
  return isDone ? exitCodes.done : exitCodes.failed;
}

function skippedJson({ present, repeated, broken }: LineCounts) {
  return { present, repeated, broken };
}

function previewText(toImport: number, counts: LineCounts, url: string): string {
  return [
    `Would import ${letterCount(toImport)} into ${url}.`,
    ...skippedText(counts),
    toImport > 0 ? "Nothing has been changed. Add --yes to do it." : "Nothing has been changed.",
  ].join("\n");
}

function skippedText({ present, repeated, broken }: LineCounts): string[] {
  return [
    ...(present > 0 ? [`Skipped ${present}: in the queue already.`] : []),
    ...(repeated > 0 ? [`Skipped ${repeated}: the same message as an earlier line.`] : []),
    ...(broken > 0 ? [`Skipped ${broken}: not a dead letter.`] : []),
  ];
}

/** How many lines a report names; `--json` names them all. */
const maxNamed = 20;

function reportText(
  { imported, failed, nextLine, stopped }: Imported,
  toImport: number,
  counts: LineCounts,
  url: string,
): string {
  return [
    `Imported ${imported} of ${letterCount(toImport)} into ${url}.`,
    ...skippedText(counts),
    ...(stopped ? [`Stopped: ${stopped}`] : []),
    ...failed
      .slice(0, maxNamed)
      .map(({ lineNumber, why, maybeSent }) =>
        maybeSent
          ? `Line ${lineNumber} may have been imported: no answer (${why})`
          : `Line ${lineNumber} was not imported: ${why}`,
      ),
    ...(failed.length > maxNamed ? [`… and ${failed.length - maxNamed} more: --json names them all`] : []),
    ...(nextLine ? [`Not tried: line ${nextLine} and those after it.`] : []),
    ...(nextLine || failed.length > 0
      ? [
          "Run the same command again: it imports what is not in the queue yet. What SQS will never accept stays in the file.",
        ]
      : []),
  ].join("\n");
}
