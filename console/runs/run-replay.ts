import { formatDuration } from "../../cli/duration.ts";
import { prepareReplay, refuseOtherQueue } from "../../operate/prepare-replay.ts";
import type { WorkThrough } from "../../operate/receive/work.ts";
import type { AuditLog } from "../../operate/replay/audit-log.ts";
import type { LetterGroup } from "../../operate/replay/plan-replay.ts";
import { type ReplayDeps, type ReplayResult, replayLetters } from "../../operate/replay/replay-letters.ts";
import type { Session } from "../../operate/session.ts";
import { withSelected } from "../../operate/with-selected.ts";
import type { ReplayRequest } from "../protocol/plans.ts";
import { askedReplay, selectionOf } from "./asked-replay.ts";
import type { RunRecord } from "./run-record.ts";
import { stepsOf } from "./steps.ts";

export interface ReplayRunDeps {
  readonly session: Session;
  readonly record: RunRecord;
  readonly audit: AuditLog;
  /** Ids of dead letters that are no longer in the queue. */
  readonly onGone: (messageIds: readonly string[]) => void;
}

/** How long a step of a canary is watched beyond the time that the intent queue needs, in milliseconds. */
const watchMs = 3 * 60_000;
const defaultLookEveryMs = 2_000;
/** So many that come back hold the last step. In the steps before, one does. */
const maxCameBack = 3;

/** Replays what is selected: in the steps of a canary, or all at once. */
export async function runReplay(
  request: ReplayRequest,
  isCanary: boolean,
  { session, record, audit, onGone }: ReplayRunDeps,
): Promise<void> {
  const { clock } = session;
  const { control } = record;
  const { replay, perSecond, selecting, makePlan } = prepareReplay(askedReplay(request), session);
  await refuseOtherQueue(session);
  record.update({ perSecond });
  await withSelected(
    { ...session, signal: control.cancelled },
    selectionOf(request.selection),
    selecting,
    async (selected, workThrough) => {
      const { planned } = await makePlan(selected);
      const groups = planned.filter(({ decision }) => decision.kind === "replay").map(({ group }) => group);
      const steps = isCanary ? stepsOf(groups.length) : [groups.length];
      record.update({
        selected: selected.sketches.length,
        skipped: lettersIn(
          planned.filter(({ decision }) => decision.kind === "skip").map(({ group }) => group),
        ),
        mayBeMore: selected.received.mayBeMore,
      });
      const deps = { intentQueue: session.intentQueue(), clock, audit, perSecond, options: replay };
      let start = 0;
      for (const [index, count] of steps.entries()) {
        const isLast = index === steps.length - 1;
        const end = start + count;
        record.update({ step: { number: index + 1, of: steps.length, until: end } });
        await sendStep(groups.slice(start, end), workThrough, deps, isCanary && isLast && steps.length > 1, {
          session,
          record,
          audit,
          onGone,
        });
        start = end;
        if (control.cancelled.aborted || record.isOver) return;
        if (!isLast) await watchStep(session, record);
      }
    },
  );
}

/** Sends all of a step, across pauses. */
async function sendStep(
  groups: readonly LetterGroup[],
  workThrough: WorkThrough,
  deps: Omit<ReplayDeps, "signal" | "onResult">,
  isWatched: boolean,
  { session, record, onGone }: ReplayRunDeps,
): Promise<void> {
  const { control } = record;
  let left = groups;
  while (left.length > 0) {
    await control.untilResumed();
    if (control.cancelled.aborted) return;
    record.update({ state: "sending", message: undefined });
    const signal = control.working;
    const watching = isWatched ? watchWhileSending(session, record, signal) : undefined;
    const started = { at: deps.clock.now(), left: left.length };
    const handled = new Set<LetterGroup>();
    const onResult = (result: ReplayResult) => {
      handled.add(result.group);
      const done = handled.size;
      const elapsedMs = Math.max(1, deps.clock.now() - started.at);
      record.update({ secondsLeft: Math.ceil(((elapsedMs / done) * (started.left - done)) / 1000) });
      note(result, record);
      if (result.kind === "replayed") {
        onGone(
          result.group.letters.map(({ messageId }) => messageId).filter((id) => !result.undeleted.has(id)),
        );
      }
    };
    const { results, stopped } = await replayLetters(left, workThrough, { ...deps, signal, onResult });
    watching?.end();
    // Those that another consumer has are among the results alone.
    for (const result of results.filter(({ group }) => !handled.has(group))) note(result, record);
    const done = new Set(results.map(({ group }) => group));
    left = left.filter((group) => !done.has(group));
    if (stopped !== undefined) return record.end("failed", stopped);
  }
}

function note(result: ReplayResult, record: RunRecord): void {
  if (result.kind === "skipped") record.count("skipped", result.group.letters.length);
  else if (result.kind === "failed") record.fail(result.group.letters[0].messageId, result.why);
  else {
    record.sent.push(result);
    record.count("done");
    for (const [id, why] of result.undeleted) record.fail(id, `sent, but not confirmed as deleted: ${why}`);
  }
}

/** Waits until the fate of everything that was sent is known. What comes back holds the run. */
async function watchStep(session: Session, record: RunRecord): Promise<void> {
  const { clock, deployment, followEveryMs = defaultLookEveryMs } = session;
  const { control } = record;
  const before = cameBack(record);
  const { visible, inFlight, delayed } = await session.intentQueue().counts();
  const queueMs = ((visible + inFlight + delayed) / deployment.transfersPerSecond) * 1000;
  const endsAt = clock.monotonic() + queueMs + watchMs;
  const { waivers } = control;
  record.update({ state: "watching" });
  for (;;) {
    const signal = control.working;
    await record.refreshFates();
    const waiting = record.fates().filter(({ known }) => known.fate === "waiting").length;
    if (cameBack(record) > before) {
      hold(record, cameBackText(record));
      await control.untilResumed();
      return;
    }
    if (waiting === 0 || control.cancelled.aborted) return;
    if (clock.monotonic() > endsAt) {
      const time = formatDuration(queueMs + watchMs);
      hold(
        record,
        `Nothing is known of ${waiting} of those that were sent after ${time}: see what waits, then resume or cancel.`,
      );
      await control.untilResumed();
      return;
    }
    await clock.sleep(followEveryMs, signal).catch(() => {});
    await control.untilResumed();
    if (control.waivers > waivers) return; // the operator does not wait for it
    if (record.run.state === "paused") record.update({ state: "watching" });
  }
}

/** Looks at the fate of what is sent, and holds the run if letters come back. */
function watchWhileSending(session: Session, record: RunRecord, signal: AbortSignal) {
  const { clock, followEveryMs = defaultLookEveryMs } = session;
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const before = cameBack(record);
  const watch = async () => {
    while (!either.aborted) {
      await clock.sleep(followEveryMs, either).catch(() => {});
      if (either.aborted) return;
      // What cannot be read is shown, and does not end what is sent.
      await record.refreshFates().catch((error) => record.update({ message: (error as Error).message }));
      if (cameBack(record) - before >= maxCameBack) hold(record, cameBackText(record));
    }
  };
  void watch();
  return { end: () => ended.abort() };
}

function hold(record: RunRecord, message: string): void {
  record.control.pause();
  record.update({ state: "held", message });
}

function cameBack(record: RunRecord): number {
  return record.fates().filter(({ known }) => known.fate === "failed again").length;
}

function cameBackText(record: RunRecord): string {
  const [first] = record.fates().filter(({ known }) => known.fate === "failed again");
  const { reason = "unknown", message = "" } = first?.known ?? {};
  return `${cameBack(record)} of ${record.sent.length} failed again (${reason}: ${message}). Resume or cancel.`;
}

function lettersIn(groups: readonly LetterGroup[]): number {
  return groups.reduce((sum, { letters }) => sum + letters.length, 0);
}
