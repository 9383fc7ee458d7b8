import { closeSync, openSync, writeSync } from "node:fs";
import { formatDuration } from "../../cli/duration.ts";
import { UsageError } from "../../cli/errors.ts";
import { progressBar } from "../../cli/terminal.ts";
import { type ContactChecks, checkContacts, contactKey, contactOf } from "../checks/check-contacts.ts";
import type { Letter } from "../letters/letter.ts";
import { planJson, planText, reportJson, reportText } from "../print/report-replay.ts";
import type { Received } from "../receive/receive-letters.ts";
import { noneSelected, oldestFirst, type Selection, selector } from "../receive/select-letters.ts";
import { type Followed, followReplay } from "../replay/follow-replay.ts";
import {
  type Decision,
  decide,
  groupLetters,
  type LetterGroup,
  type ReplayOptions,
  skip,
} from "../replay/plan-replay.ts";
import { type Fate, replayLetters } from "../replay/replay-letters.ts";
import { openAudit, type Session, withLetters } from "../session.ts";

export interface ReplayCommandOptions extends Selection, Omit<ReplayOptions, "instances" | "maxIntentAgeMs"> {
  /** Without it nothing is changed. */
  readonly yes: boolean;
  readonly check: boolean;
  readonly follow: boolean;
  /** Messages a second. @default half of the function's pace, so that live intents keep going */
  readonly perSecond?: number;
  readonly audit: string;
  readonly report?: string;
  readonly json: boolean;
}

/** A group with what is to become of it. */
export interface Planned {
  readonly group: LetterGroup;
  readonly decision: Decision;
}

/** What the preview tells, and what is then done. */
export interface ReplayPlan {
  readonly planned: readonly Planned[];
  readonly received: Pick<Received<Letter>, "seen" | "mayBeMore">;
  readonly perSecond: number;
  readonly assumed?: string;
}

/** Puts letters back, or shows what that would do. */
export async function runReplay(options: ReplayCommandOptions, session: Session): Promise<number> {
  const { clock, terminal, deployment, signal } = session;
  const intentQueue = session.intentQueue();
  const { keep, reasons } = selector(options, clock, (letter) => letter);
  const replay: ReplayOptions = { ...options, ...deployment };
  const perSecond = options.perSecond ?? deployment.transfersPerSecond / 2;

  const makePlan = async (received: Received<Letter>): Promise<ReplayPlan> => {
    const groups = groupLetters(oldestFirst(received.kept, options.limit));
    const checks = options.check ? await checkGroups(groups, session) : undefined;
    const planned = groups.map((group) => ({ group, decision: judge(group, replay, checks, clock.now()) }));
    return { planned, received, perSecond, assumed: deployment.assumed };
  };

  if (!options.yes) {
    // Everything is visible again before Connect is asked and anything is told.
    const received = await withLetters(session, keep, async (found) => found);
    const plan = await makePlan(received);
    if (options.json) terminal.print(JSON.stringify(planJson(plan), undefined, 2));
    else if (plan.planned.length === 0) terminal.print(noneSelected(received.seen, reasons));
    else terminal.print(planText(plan, terminal));
    return 0;
  }

  using report = openReport(options.report);
  using audit = await openAudit(session, options.audit, "replay", options);
  const { plan, fates } = await withLetters(session, keep, async (received, hold) => {
    const made = await makePlan(received);
    if (made.planned.length === 0 && !options.json) terminal.print(noneSelected(received.seen, reasons));
    const groups = made.planned
      .filter(({ decision }) => decision.kind === "put back")
      .map(({ group }) => group);
    const deps = { hold, intentQueue, clock, audit, perSecond, options: replay, signal };
    return { plan: made, fates: await replayWithProgress(groups, deps, session) };
  });
  const followed = options.follow ? await follow(fates, session) : undefined;
  const all = [...fates, ...skippedOf(plan)];
  const untried = plan.planned.length - all.length;
  const document = reportJson(all, { ...plan.received, untried, followed, wasInterrupted: signal.aborted });
  report?.write(JSON.stringify(document, undefined, 2));
  if (options.json) terminal.print(JSON.stringify(document, undefined, 2));
  else if (plan.planned.length > 0) terminal.print(reportText(document, terminal));
  return document.failed.length + document.undeleted.length + untried > 0 ? 1 : 0;
}

/** What `decide` says, unless Connect has said that it cannot succeed. */
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

function skippedOf({ planned }: ReplayPlan): Fate[] {
  return planned.flatMap(({ group, decision }) =>
    decision.kind === "skip"
      ? [{ kind: "skipped" as const, group, reason: decision.reason, why: decision.why }]
      : [],
  );
}

async function replayWithProgress(
  groups: readonly LetterGroup[],
  deps: Omit<Parameters<typeof replayLetters>[1], "onFate">,
  { terminal, clock }: Session,
): Promise<Fate[]> {
  const startedAt = clock.now();
  let done = 0;
  return replayLetters(groups, {
    ...deps,
    onFate() {
      done++;
      const elapsedMs = Math.max(1, clock.now() - startedAt);
      const left = formatDuration((elapsedMs / done) * (groups.length - done));
      terminal.progress(
        `${progressBar(done, groups.length)} ${done} of ${groups.length} · ${left} left · Ctrl-C stops`,
      );
    },
  });
}

async function follow(fates: readonly Fate[], session: Session): Promise<Followed> {
  const { terminal, clock, signal, followEveryMs } = session;
  return followReplay(fates, {
    intentQueue: session.intentQueue(),
    clock,
    signal,
    everyMs: followEveryMs,
    onCounts: ({ visible, inFlight, delayed }) =>
      terminal.progress(
        `Following: ${visible + inFlight + delayed} messages in the intent queue · Ctrl-C stops`,
      ),
    findLetters: async (test) => {
      const keep = (letter: Letter) => (test(letter) ? letter : undefined);
      // An interrupted run still tells what has come back.
      const looking = signal.aborted ? { ...session, signal: new AbortController().signal } : session;
      return (await withLetters(looking, keep, async (found) => found)).kept;
    },
  });
}

/** The report's file, which must be writable before anything is changed. @throws UsageError */
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
    throw new UsageError(`The report ${file} cannot be written (${code}).`, { cause: error });
  }
}
