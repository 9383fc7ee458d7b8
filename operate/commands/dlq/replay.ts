import { type Command, InvalidArgumentError, Option } from "commander";
import { formatDuration } from "../../../cli/duration.ts";
import { exitCodes } from "../../../cli/errors.ts";
import { asArgument, duration } from "../../../cli/option-parsers.ts";
import { printJson, progressBar } from "../../../cli/print/terminal.ts";
import type { CommandContext } from "../../../cli/run-command.ts";
import { openReport, type ReportFile } from "../../files/report-file.ts";
import { type Followed, followForMs, followReplay } from "../../follow/follow-replay.ts";
import { runWithLetters } from "../../open-session.ts";
import { addAuditOption, addFilterOptions, addQueueOptions, type LetterFlags } from "../../options.ts";
import { type AskedReplay, prepareReplay, refuseOtherQueue } from "../../prepare-replay.ts";
import { planJson, planText, reportJson, reportText } from "../../print/report-replay.ts";
import { noneSelected, type Selection, seenCode } from "../../receive/select-letters.ts";
import type { Selected, WorkThrough } from "../../receive/work.ts";
import { type Edit, parseSet, parseUnset } from "../../replay/edit-body.ts";
import type { LetterGroup, ReplayPlan } from "../../replay/plan-replay.ts";
import {
  type ReplayDeps,
  type Replayed,
  type ReplayResult,
  replayLetters,
} from "../../replay/replay-letters.ts";
import type { LetterSketch } from "../../replay/sketch-letter.ts";
import { openAudit, type Session } from "../../session.ts";
import { withSelected } from "../../with-selected.ts";

interface ReplayFlags extends LetterFlags {
  readonly yes?: true;
  readonly check?: true;
  readonly rate?: number;
  readonly renew?: true;
  readonly newIdentity?: true;
  readonly ignoreExpiresAt?: true;
  readonly acceptUnknownEffect?: true;
  readonly includeInvalid?: true;
  readonly follow?: true;
  readonly timeout: number;
  readonly report?: string;
  readonly audit: string;
}

export function define(command: Command, context: CommandContext): void {
  command.description(
    "Sends dead letters to the intent queue again. Without --yes it only shows what would happen.",
  );
  const conditions = addFilterOptions(command);
  const edits = addReplayOptions(command);
  addQueueOptions(command)
    .addHelpText("after", examples)
    .action((options: ReplayFlags) =>
      runWithLetters(options, context, (session) => {
        const { yes = false, check = false, follow = false, json = false, rate, timeout } = options;
        const asked = { ...options, conditions, edits, yes, check, follow, json };
        return runReplay({ ...asked, perSecond: rate, timeoutMs: timeout }, session);
      }),
    );
}

/** Adds what is special to a replay. Returns the edits in the order of the command line. */
function addReplayOptions(command: Command): readonly Edit[] {
  const edits: Edit[] = [];
  const edit = (parse: (text: string) => Edit) => (text: string) => edits.push(asArgument(() => parse(text)));
  command
    .optionsGroup("Replay:")
    .option("--yes", "do it")
    .option("--check", "ask Connect first, and skip what cannot succeed")
    .addOption(
      new Option(
        "--rate <n>",
        "messages per second, or max (default: half of the function's rate)",
      ).argParser(rate),
    )
    .addOption(
      new Option("--set <edit>", "change a member: detail.queueId=VALUE, or PATH:=JSON").argParser(
        edit(parseSet),
      ),
    )
    .addOption(new Option("--unset <path>", "remove a member").argParser(edit(parseUnset)))
    .option(
      "--renew",
      "replay expired ones too: their age counts from now, under the same token, up to 6 days after they were first sent",
    )
    .option(
      "--new-identity",
      "use a new intentId, which makes another request: it may transfer a contact a second time",
    )
    .option("--ignore-expires-at", "remove the producer's expiresAt")
    .option(
      "--accept-unknown-effect",
      "make another request even if an earlier one may have transferred the contact",
    )
    .option("--include-invalid", "replay even what is not an intent")
    .option(
      "--follow",
      "wait for the outcome of each, and report which failed again; exits with 1 if any did",
    )
    .addOption(
      new Option("--timeout <duration>", "how long --follow waits at most")
        .argParser(duration)
        .default(followForMs, formatDuration(followForMs)),
    )
    .option("--report <file>", "write the report as JSON to a new file");
  addAuditOption(command);
  return edits;
}

const leastRate = 0.001;
const mostRate = 10_000;

/** Messages per second, or `max`. */
function rate(text: string): number {
  if (text === "max") return Number.POSITIVE_INFINITY;
  const perSecond = Number(text);
  if (/^\d*\.?\d+$/.test(text) && perSecond >= leastRate && perSecond <= mostRate) return perSecond;
  throw new InvalidArgumentError(
    `It must be messages per second, such as 2 or 0.5, from ${leastRate} to ${mostRate}, or max.`,
  );
}

const examples = `
Examples:
  npx contact-transfer dlq replay --reason AccessDenied         a preview
  npx contact-transfer dlq replay --reason AccessDenied --limit 1 --yes --follow
  npx contact-transfer dlq replay --reason AccessDenied --yes --follow
  npx contact-transfer dlq replay --queue queue-old --set detail.queueId=queue-new
  npx contact-transfer dlq replay --reason IntentExpired --newer-than 2d --renew --check --yes`;

export interface ReplayCommandOptions extends Selection, AskedReplay {
  /** Without it nothing is changed. */
  readonly yes: boolean;
  readonly follow: boolean;
  /** How long `follow` waits at most. @default 1 hour */
  readonly timeoutMs?: number;
  readonly audit: string;
  readonly report?: string;
  readonly json: boolean;
}

/** Replays dead letters, or shows what that would do. */
export async function runReplay(options: ReplayCommandOptions, session: Session): Promise<number> {
  const { clock, terminal } = session;
  const { replay, perSecond, selecting, makePlan } = prepareReplay(options, session);
  await refuseOtherQueue(session);

  if (!options.yes) {
    // Everything is visible again before Connect is asked and anything is printed.
    const selected = await withSelected(session, options, selecting, async (found) => found);
    const plan = await makePlan(selected);
    if (options.json) printJson(terminal, planJson(plan));
    else if (plan.planned.length === 0) terminal.print(noneSelected(selected.received, selected.reasons));
    else terminal.print(planText(plan, terminal));
    const isUnchecked = plan.planned.some(
      ({ decision }) => decision.kind === "skip" && decision.reason === "NotChecked",
    );
    return isUnchecked ? exitCodes.incomplete : seenCode(selected.received);
  }

  using report = openReport(options.report);
  using audit = await openAudit(session, options.audit, "replay", options);
  const run = await withSelected(session, options, selecting, async (selected, workThrough) => {
    const plan = await makePlan(selected);
    if (plan.planned.length === 0 && !options.json)
      terminal.print(noneSelected(selected.received, selected.reasons));
    const groups = plan.planned
      .filter(({ decision }) => decision.kind === "replay")
      .map(({ group }) => group);
    const deps = { clock, audit, perSecond, options: replay };
    return { plan, selected, ...(await replayWithProgress(groups, workThrough, deps, session)) };
  });
  return reportRun(run, options, report, session);
}

interface Run {
  readonly plan: ReplayPlan;
  readonly selected: Selected<LetterSketch>;
  readonly results: readonly ReplayResult[];
  readonly stopped?: string;
}

async function reportRun(
  { plan, selected, results, stopped }: Run,
  options: ReplayCommandOptions,
  report: ReportFile | undefined,
  session: Session,
): Promise<number> {
  const { terminal, signal } = session;
  const { seen, seenIds, mayBeMore } = selected.received;
  const followed = options.follow
    ? await followReplay(results, seenIds, options.timeoutMs ?? followForMs, session)
    : undefined;
  const all = [...results, ...skippedOf(plan)];
  const untried = plan.planned.length - all.length;
  const document = reportJson(all, {
    seen,
    mayBeMore,
    untried,
    stopped,
    followed,
    wasInterrupted: signal.aborted,
  });
  if (options.json) printJson(terminal, document);
  else if (plan.planned.length > 0) terminal.print(reportText(document, terminal));
  report?.write(JSON.stringify(document, undefined, 2));
  const { failedAgain, isOpen } = endOf(followed);
  const hasFailed = document.failed.length + document.undeleted.length + untried + failedAgain > 0;
  if (hasFailed || stopped !== undefined) return exitCodes.failed;
  const isMissed = document.skipped.some(({ skipReason }) =>
    ["LeaseLost", "NotChecked"].includes(skipReason),
  );
  return isMissed || isOpen ? exitCodes.incomplete : seenCode({ mayBeMore });
}

/** How many replayed messages have failed again, and whether there are others of which nobody knows yet. */
function endOf(followed: Followed | undefined) {
  if (followed === undefined) return { failedAgain: 0, isOpen: false };
  return followed.by === "queue"
    ? { failedAgain: followed.cameBack.length, isOpen: !followed.isDrained }
    : { failedAgain: followed.failedAgain.length, isOpen: followed.open.length > 0 };
}

function skippedOf({ planned }: ReplayPlan): ReplayResult[] {
  return planned.flatMap(({ group, decision }) =>
    decision.kind === "skip"
      ? [{ kind: "skipped" as const, group, reason: decision.reason, why: decision.why }]
      : [],
  );
}

async function replayWithProgress(
  groups: readonly LetterGroup[],
  workThrough: WorkThrough,
  deps: Omit<ReplayDeps, "onResult" | "intentQueue" | "signal">,
  session: Session,
): Promise<Replayed> {
  const { terminal, clock, signal } = session;
  const startedAt = clock.now();
  let done = 0;
  return replayLetters(groups, workThrough, {
    ...deps,
    intentQueue: session.intentQueue(),
    signal,
    onResult() {
      done++;
      const elapsedMs = Math.max(1, clock.now() - startedAt);
      const left = formatDuration((elapsedMs / done) * (groups.length - done));
      terminal.progress(
        `${progressBar(done, groups.length)} ${done} of ${groups.length} · ${left} left · Ctrl-C stops`,
      );
    },
  });
}
