import { closeSync, openSync, writeSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { formatDuration } from "../../cli/duration.ts";
import { exitCodes, UsageError } from "../../cli/errors.ts";
import { collect } from "../../cli/option-parsers.ts";
import type { CommandContext } from "../../cli/run-command.ts";
import { progressBar } from "../../cli/terminal.ts";
import { type ContactChecks, checkContacts, contactKey, contactOf } from "../checks/check-contacts.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { runWithSession } from "../open-session.ts";
import { addAuditOption, addFilterOptions, addQueueOptions, type LetterFlags } from "../options.ts";
import { planJson, planText, reportJson, reportText } from "../print/report-replay.ts";
import type { Received } from "../receive/receive-letters.ts";
import { noneSelected, oldestFirst, type Selection, seenCode, selector } from "../receive/select-letters.ts";
import { type Edit, parseSet, parseUnset } from "../replay/edit-body.ts";
import { type Followed, followReplay } from "../replay/follow-replay.ts";
import {
  type Decision,
  decide,
  groupLetters,
  type LetterGroup,
  type ReplayOptions,
  type ReplayPlan,
  skip,
} from "../replay/plan-replay.ts";
import { type ReplayResult, replayLetters } from "../replay/replay-letters.ts";
import { openAudit, type Session, withLetters } from "../session.ts";

interface ReplayFlags extends LetterFlags {
  readonly yes?: true;
  readonly check?: true;
  readonly rate?: number;
  readonly set?: readonly Edit[];
  readonly unset?: readonly Edit[];
  readonly renew?: true;
  readonly newIdentity?: true;
  readonly ignoreExpiresAt?: true;
  readonly acceptUnknownEffect?: true;
  readonly includeInvalid?: true;
  readonly follow?: true;
  readonly report?: string;
  readonly audit: string;
}

export function define(command: Command, context: CommandContext): void {
  command.description(
    "Sends dead letters to the intent queue again. Without --yes it only shows what would happen.",
  );
  const conditions = addFilterOptions(command);
  addReplayOptions(command);
  addQueueOptions(command)
    .addHelpText("after", examples)
    .action((options: ReplayFlags) =>
      runWithSession(options, context, (session) => {
        const {
          yes = false,
          check = false,
          follow = false,
          json = false,
          rate,
          set = [],
          unset = [],
        } = options;
        const edits = [...set, ...unset];
        return runReplay(
          { ...options, conditions, edits, yes, check, follow, json, perSecond: rate },
          session,
        );
      }),
    );
}

function addReplayOptions(command: Command): void {
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
        collect(parseSet),
      ),
    )
    .addOption(new Option("--unset <path>", "remove a member").argParser(collect(parseUnset)))
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
      "wait until the intent queue is empty, then report which came back; exits with 1 if any did",
    )
    .option("--report <file>", "write the report as JSON");
  addAuditOption(command);
}

/** Messages per second, or `max`. */
function rate(text: string): number {
  if (text === "max") return Number.POSITIVE_INFINITY;
  const perSecond = Number(text);
  if (/^\d*\.?\d+$/.test(text) && perSecond > 0) return perSecond;
  throw new InvalidArgumentError("It must be messages per second, such as 2 or 0.5, or max.");
}

const examples = `
Examples:
  npx contact-transfer dlq replay --reason AccessDenied                            what would happen
  npx contact-transfer dlq replay --reason AccessDenied --limit 1 --yes --follow   try one
  npx contact-transfer dlq replay --reason AccessDenied --yes --follow             then the rest
  npx contact-transfer dlq replay --queue queue-old --set detail.queueId=queue-new
  npx contact-transfer dlq replay --reason IntentExpired --newer-than 2d --renew --check --yes`;

export interface ReplayCommandOptions extends Selection, Omit<ReplayOptions, "instances" | "maxIntentAgeMs"> {
  /** Without it nothing is changed. */
  readonly yes: boolean;
  readonly check: boolean;
  readonly follow: boolean;
  /** Messages per second. @default half of the function's rate, so that live intents are not held up */
  readonly perSecond?: number;
  readonly audit: string;
  readonly report?: string;
  readonly json: boolean;
}

/** Replays dead letters, or shows what that would do. */
export async function runReplay(options: ReplayCommandOptions, session: Session): Promise<number> {
  const { clock, terminal, deployment, signal } = session;
  const intentQueue = session.intentQueue();
  const { keep, reasons } = selector(options, clock, (letter) => letter);
  const replay: ReplayOptions = { ...options, ...deployment };
  const perSecond = options.perSecond ?? deployment.transfersPerSecond / 2;

  const makePlan = async (received: Received<DeadLetter>): Promise<ReplayPlan> => {
    const groups = groupLetters(oldestFirst(received.kept, options.limit));
    const checks = options.check ? await checkGroups(groups, session) : undefined;
    const planned = groups.map((group) => ({ group, decision: judge(group, replay, checks, clock.now()) }));
    return { planned, received, perSecond, assumed: deployment.assumed };
  };

  if (!options.yes) {
    // Everything is visible again before Connect is asked and anything is printed.
    const received = await withLetters(session, keep, async (found) => found);
    const plan = await makePlan(received);
    if (options.json) terminal.print(JSON.stringify(planJson(plan), undefined, 2));
    else if (plan.planned.length === 0) terminal.print(noneSelected(received, reasons));
    else terminal.print(planText(plan, terminal));
    return seenCode(received);
  }

  using report = openReport(options.report);
  using audit = await openAudit(session, options.audit, "replay", options);
  const { plan, results } = await withLetters(session, keep, async (received, lease) => {
    const made = await makePlan(received);
    if (made.planned.length === 0 && !options.json) terminal.print(noneSelected(received, reasons));
    const groups = made.planned
      .filter(({ decision }) => decision.kind === "replay")
      .map(({ group }) => group);
    const deps = { lease, intentQueue, clock, audit, perSecond, options: replay, signal };
    return { plan: made, results: await replayWithProgress(groups, deps, session) };
  });
  const followed = options.follow ? await follow(results, session) : undefined;
  const all = [...results, ...skippedOf(plan)];
  const untried = plan.planned.length - all.length;
  const document = reportJson(all, { ...plan.received, untried, followed, wasInterrupted: signal.aborted });
  report?.write(JSON.stringify(document, undefined, 2));
  if (options.json) terminal.print(JSON.stringify(document, undefined, 2));
  else if (plan.planned.length > 0) terminal.print(reportText(document, terminal));
  const cameBack = followed?.cameBack.length ?? 0;
  const isDone = document.failed.length + document.undeleted.length + untried + cameBack === 0;
  return isDone ? seenCode(plan.received) : exitCodes.failed;
}

/** What `decide` returns, unless Connect has answered that it cannot succeed. */
function judge(
  group: LetterGroup,
  options: ReplayOptions,
  checks: ContactChecks | undefined,
  now: number,
): Decision {
  const contact = contactOf(group.letters[0]);
  const check = contact && checks?.get(contactKey(contact));
  if (check && !check.canBeTransferred) return skip("CannotSucceed", check.why);
  return decide(group, options, now);
}

async function checkGroups(groups: readonly LetterGroup[], session: Session): Promise<ContactChecks> {
  const { connect, clock, terminal, signal } = session;
  const contacts = groups.flatMap(({ letters: [oldest] }) => contactOf(oldest) ?? []);
  const onChecked = (count: number) =>
    terminal.progress(`Asking Connect: ${count} of ${contacts.length} contacts`);
  return checkContacts(contacts, { connect, clock, onChecked, signal });
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
  deps: Omit<Parameters<typeof replayLetters>[1], "onResult">,
  { terminal, clock }: Session,
): Promise<ReplayResult[]> {
  const startedAt = clock.now();
  let done = 0;
  return replayLetters(groups, {
    ...deps,
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

async function follow(results: readonly ReplayResult[], session: Session): Promise<Followed> {
  const { terminal, clock, signal, followEveryMs } = session;
  return followReplay(results, {
    intentQueue: session.intentQueue(),
    clock,
    signal,
    everyMs: followEveryMs,
    onCounts: ({ visible, inFlight, delayed }) =>
      terminal.progress(
        `Following: ${visible + inFlight + delayed} messages in the intent queue · Ctrl-C stops`,
      ),
    findLetters: async (test) => {
      const keep = (letter: DeadLetter) => (test(letter) ? letter : undefined);
      // An interrupted run still reports what has come back.
      const looking = signal.aborted ? { ...session, signal: new AbortController().signal } : session;
      return (await withLetters(looking, keep, async (found) => found)).kept;
    },
  });
}

/** Opens the report's file: it must be writable before anything is changed. @throws UsageError */
function openReport(file: string | undefined): ({ write(text: string): void } & Disposable) | undefined {
  if (file === undefined) return undefined;
  try {
    const descriptor = openSync(file, "w");
    return {
      write: (text) => void writeSync(descriptor, `${text}\n`),
      [Symbol.dispose]: () => closeSync(descriptor),
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`Cannot write the report ${file} (${code}).`, { cause: error });
  }
}
