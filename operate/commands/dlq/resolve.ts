import { type Command, Option } from "commander";
import { exitCodes } from "../../../cli/errors.ts";
import { duration } from "../../../cli/option-parsers.ts";
import { printJson } from "../../../cli/print/terminal.ts";
import type { CommandContext } from "../../../cli/run-command.ts";
import { createContactReads } from "../../checks/contact-reads.ts";
import { runWithLetters } from "../../open-session.ts";
import { addAuditOption, addFilterOptions, addQueueOptions, type LetterFlags } from "../../options.ts";
import { refuseOtherQueue } from "../../prepare-replay.ts";
import { noneSelected, type Selection, seenCode } from "../../receive/select-letters.ts";
import type { Selected } from "../../receive/work.ts";
import { carryOut, type Done, publishSettings } from "../../resolve/carry-out.ts";
import { type Judged, judgeAll, type SeenLetter, selectUnknown } from "../../resolve/judge-all.ts";
import { verdictRulesOf } from "../../resolve/judge-letter.ts";
import { reportJson, reportText } from "../../resolve/report-resolve.ts";
import { openAudit, type Session } from "../../session.ts";
import { withSelected } from "../../with-selected.ts";

interface ResolveFlags extends LetterFlags {
  readonly yes?: true;
  readonly settleFor?: number;
  readonly audit: string;
}

export function define(command: Command, context: CommandContext): void {
  command.description(
    "Finds out what became of intents whose effect is unknown, by reading their contacts in Connect. Without --yes it only shows the verdicts; with it, a success that is proven is published and its dead letter deleted, and a contact that is proven open is replayed.",
  );
  const conditions = addFilterOptions(command);
  command
    .optionsGroup("Resolve:")
    .option("--yes", "do it")
    .addOption(
      new Option(
        "--settle-for <duration>",
        "how long Connect's reads may lag: no verdict is final earlier (default: the stack's, else 5m)",
      ).argParser(duration),
    );
  addAuditOption(command);
  addQueueOptions(command)
    .addHelpText(
      "after",
      `
Exits with 3 if some could not be judged, or not for certain yet.

Examples:
  npx contact-transfer dlq resolve
  npx contact-transfer dlq resolve --reason ConnectUnavailable --yes`,
    )
    .action((options: ResolveFlags) =>
      runWithLetters(options, context, (session) => {
        const { limit, json = false, yes = false, audit, settleFor } = options;
        return runResolve({ conditions, limit, json, yes, audit, settleForMs: settleFor }, session);
      }),
    );
}

export interface ResolveOptions extends Selection {
  /** Without it nothing is changed. */
  readonly yes: boolean;
  /** @default the deployment's, otherwise 5 minutes */
  readonly settleForMs?: number;
  readonly audit: string;
  readonly json: boolean;
}

/** Resolves dead letters whose effect is unknown, or shows what that would do. */
export async function runResolve(options: ResolveOptions, session: Session): Promise<number> {
  const selecting = selectUnknown(session);
  if (!options.yes) {
    // Everything is visible again before Connect is asked.
    const selected = await withSelected(session, options, selecting, async (found) => found);
    return report(selected, await judge(selected, options, session), undefined, options, session);
  }
  const settings = publishSettings(session);
  await refuseOtherQueue(session);
  using audit = await openAudit(session, options.audit, "resolve", options);
  return await withSelected(session, options, selecting, async (selected, workThrough) => {
    const judged = await judge(selected, options, session);
    const { signal } = session;
    const done = await carryOut(judged.letters, workThrough, { session, settings, audit, signal });
    return report(selected, judged, done, options, session);
  });
}

async function judge(
  { sketches }: Selected<SeenLetter>,
  { settleForMs }: ResolveOptions,
  { connect, clock, deployment, terminal, signal }: Session,
): Promise<Judged> {
  const unknown = sketches.flatMap((seen) => seen.unknown ?? []);
  const show = (count: number) => terminal.progress(`Asking Connect: ${count} of ${unknown.length} contacts`);
  show(0);
  const judged = await judgeAll(unknown, {
    reads: createContactReads(connect, clock),
    rules: verdictRulesOf(deployment, settleForMs),
    options: deployment,
    onJudged: show,
    signal,
  });
  terminal.progress(undefined);
  return judged;
}

function report(
  { received, reasons, sketches }: Selected<SeenLetter>,
  { letters: judged, unread }: Judged,
  done: Done | undefined,
  { json }: ResolveOptions,
  { terminal, signal }: Session,
): number {
  const { seen, mayBeMore } = received;
  const unknown = sketches.filter((sketch) => sketch.unknown !== undefined).length;
  const document = reportJson(judged, done, {
    seen,
    mayBeMore,
    unknown,
    unread,
    wasInterrupted: signal.aborted,
  });
  if (json) printJson(terminal, document);
  else if (sketches.length === 0) terminal.print(noneSelected(received, reasons));
  else terminal.print(reportText(document, terminal));
  if (document.failed.length > 0 || document.stopped !== undefined) return exitCodes.failed;
  const isOpen = judged.length < unknown || judged.some(({ judgement }) => !judgement.isFinal);
  return isOpen ? exitCodes.incomplete : seenCode({ mayBeMore });
}
