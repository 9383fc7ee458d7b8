import { type Command, Option } from "commander";
import { exitCodes, UsageError } from "../../../cli/errors.ts";
import { duration } from "../../../cli/option-parsers.ts";
import { printJson } from "../../../cli/print/terminal.ts";
import type { CommandContext } from "../../../cli/run-command.ts";
import type { VerdictRules } from "../../../lambda/settings.ts";
import { createContactReads } from "../../checks/contact-reads.ts";
import type { DeadLetter } from "../../letters/letter.ts";
import { runWithLetters } from "../../open-session.ts";
import { addAuditOption, addFilterOptions, addQueueOptions, type LetterFlags } from "../../options.ts";
import { noneSelected, type Selection, seenCode } from "../../receive/select-letters.ts";
import type { Selected, WorkThrough } from "../../receive/work.ts";
import type { AuditLog } from "../../replay/audit-log.ts";
import { groupLetters } from "../../replay/plan-replay.ts";
import { replayLetters } from "../../replay/replay-letters.ts";
import {
  type JudgedLetter,
  judgeLetter,
  sketchUnknown,
  type UnknownLetter,
  verdictRulesOf,
} from "../../resolve/judge-letter.ts";
import { publishObserved } from "../../resolve/publish-observed.ts";
import { type Done, reportJson, reportText } from "../../resolve/report-resolve.ts";
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

/** A window of what is published and replayed within a few minutes. */
const windowLetters = 1_000;

/** What `withSelected` keeps of every dead letter; `unknown` is missing if its effect is known. */
interface Seen {
  readonly messageId: string;
  readonly sentAt: number;
  readonly reason: string;
  readonly unknown?: UnknownLetter;
}

/** Resolves dead letters whose effect is unknown, or shows what that would do. */
export async function runResolve(options: ResolveOptions, session: Session): Promise<number> {
  const { clock, deployment } = session;
  const rules = verdictRulesOf(deployment, options.settleForMs);
  const sketch = (letter: DeadLetter): Seen => ({
    messageId: letter.messageId,
    sentAt: letter.sentAt,
    reason: letter.reason,
    unknown: sketchUnknown(letter, deployment, clock.now()),
  });
  const selecting = { sketch, windowLetters };
  if (!options.yes) {
    // Everything is visible again before Connect is asked.
    const selected = await withSelected(session, options, selecting, async (found) => found);
    return report(selected, await judgeAll(selected, rules, session), undefined, options, session);
  }
  const publishing = publishSettings(session);
  using audit = await openAudit(session, options.audit, "resolve", options);
  return await withSelected(session, options, selecting, async (selected, workThrough) => {
    const judged = await judgeAll(selected, rules, session);
    const done = await carryOut(judged.letters, workThrough, audit, publishing, session);
    return report(selected, judged, done, options, session);
  });
}

function publishSettings({ deployment }: Session) {
  const { outputs, outcomeSource, instances } = deployment;
  if (outputs && outcomeSource !== undefined)
    return { instances, eventBusName: outputs.eventBusName, outcomeSource };
  throw new UsageError("Which bus do outcomes go to? Give --stack NAME instead of the URLs of queues.");
}

interface Judged {
  readonly letters: readonly JudgedLetter[];
  /** Why Connect could not be asked about the rest. */
  readonly unread?: string;
}

async function judgeAll(
  { sketches }: Selected<Seen>,
  rules: VerdictRules,
  { connect, clock, terminal, signal }: Session,
): Promise<Judged> {
  const unknown = sketches.flatMap((seen) => seen.unknown ?? []);
  const reads = createContactReads(connect, clock);
  const judged: JudgedLetter[] = [];
  for (const letter of unknown) {
    terminal.progress(`Asking Connect: ${judged.length} of ${unknown.length} contacts`);
    const one = await judgeLetter(letter, reads, rules, signal);
    // What was read during an interruption, or while Connect does not answer, proves nothing.
    if (signal.aborted || reads.blocked !== undefined) break;
    judged.push(one);
  }
  terminal.progress(undefined);
  return { letters: judged, unread: reads.blocked };
}

async function carryOut(
  judged: readonly JudgedLetter[],
  workThrough: WorkThrough,
  audit: AuditLog,
  settings: ReturnType<typeof publishSettings>,
  session: Session,
): Promise<Done> {
  const { clock, deployment, signal } = session;
  const moved = judged.filter(({ action }) => action === "publish Succeeded");
  const published =
    moved.length > 0
      ? await publishObserved(moved, workThrough, {
          eventBridge: await session.eventBridge(),
          settings,
          clock,
          audit,
          signal,
        })
      : { published: [], failed: new Map<string, string>() };
  const open = judged.filter(({ action }) => action === "replay").map(({ letter }) => letter);
  // The reads have shown that no request was carried out.
  const groups = groupLetters(open).map((group) => ({
    ...group,
    past: { ...group.past, effect: "none", result: undefined } as const,
  }));
  const replayed =
    groups.length > 0 && published.stopped === undefined
      ? await replayLetters(groups, workThrough, {
          intentQueue: session.intentQueue(),
          clock,
          audit,
          perSecond: deployment.transfersPerSecond / 2,
          options: deployment,
          signal,
        })
      : { results: [] };
  return { published, replayed };
}

function report(
  { received, reasons, sketches }: Selected<Seen>,
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
