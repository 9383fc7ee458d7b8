import { createContactReads } from "../../operate/checks/contact-reads.ts";
import { refuseOtherQueue } from "../../operate/prepare-replay.ts";
import type { WorkThrough } from "../../operate/receive/work.ts";
import type { AuditLog } from "../../operate/replay/audit-log.ts";
import type { ReplayResult } from "../../operate/replay/replay-letters.ts";
import { carryOut, type Done, publishSettings } from "../../operate/resolve/carry-out.ts";
import { type Judged, judgeAll, selectUnknown } from "../../operate/resolve/judge-all.ts";
import { type JudgedLetter, type UnknownLetter, verdictRulesOf } from "../../operate/resolve/judge-letter.ts";
import type { Session } from "../../operate/session.ts";
import { withSelected } from "../../operate/with-selected.ts";
import { judgedRow } from "../letters/verdict-of.ts";
import type { ResolveRequest } from "../protocol/plans.ts";
import { selectionOf } from "./asked-replay.ts";
import type { RunRecord } from "./run-record.ts";

export interface ResolveRunDeps {
  readonly session: Session;
  readonly record: RunRecord;
  readonly audit: AuditLog;
  /** Ids of dead letters that are no longer in the queue. */
  readonly onGone: (messageIds: readonly string[]) => void;
}

/** Asks Connect about each selected dead letter whose effect is unknown, and does what that proves. */
export async function runResolve(
  { selection }: ResolveRequest,
  { session, record, audit, onGone }: ResolveRunDeps,
): Promise<void> {
  const settings = publishSettings(session);
  await refuseOtherQueue(session);
  const { cancelled } = record.control;
  await withSelected(
    { ...session, signal: cancelled },
    selectionOf(selection),
    selectUnknown(session),
    async ({ sketches, received }, workThrough) => {
      const unknown = sketches.flatMap((seen) => seen.unknown ?? []);
      const message = unknown.length === 0 ? nothingUnknown : undefined;
      record.update({ selected: unknown.length, mayBeMore: received.mayBeMore, message });
      await new ResolveRun({ session, record, audit, onGone }, settings, workThrough).resolve(unknown);
    },
  );
}

const nothingUnknown =
  "None of the selected dead letters that are in the queue now has an unknown effect: nothing was changed.";

class ResolveRun {
  readonly #deps: ResolveRunDeps;
  readonly #settings: ReturnType<typeof publishSettings>;
  readonly #workThrough: WorkThrough;

  constructor(deps: ResolveRunDeps, settings: ReturnType<typeof publishSettings>, workThrough: WorkThrough) {
    this.#deps = deps;
    this.#settings = settings;
    this.#workThrough = workThrough;
  }

  /** Across pauses: after one, Connect is asked again about what is left, since anything may have happened meanwhile. */
  async resolve(unknown: readonly UnknownLetter[]): Promise<void> {
    const { record } = this.#deps;
    const { control } = record;
    let left = unknown;
    for (;;) {
      await control.untilResumed();
      if (control.cancelled.aborted) return;
      const signal = control.working;
      const judged = await this.#ask(left, signal);
      const done = signal.aborted ? undefined : await this.#carryOut(judged.letters, signal);
      if (record.isOver) return;
      if (!signal.aborted) return this.#end(left, judged);
      const handled = done ? handledBy(done) : new Set<string>();
      left = left.filter(({ messageId }) => !handled.has(messageId));
      await this.#release();
    }
  }

  async #ask(left: readonly UnknownLetter[], signal: AbortSignal): Promise<Judged> {
    const { session, record } = this.#deps;
    const { connect, clock, deployment } = session;
    record.update({ state: "asking", resolved: { ...this.#resolved(), asked: 0 } });
    const judged = await judgeAll(left, {
      reads: createContactReads(connect, clock),
      rules: verdictRulesOf(deployment),
      options: deployment,
      onJudged: (asked) => record.update({ resolved: { ...this.#resolved(), asked } }),
      signal,
    });
    for (const one of judged.letters) record.judge(judgedRow(one));
    return judged;
  }

  async #carryOut(judged: readonly JudgedLetter[], signal: AbortSignal): Promise<Done> {
    const { session, record, audit, onGone } = this.#deps;
    record.update({ state: "resolving", perSecond: session.deployment.transfersPerSecond / 2 });
    const done = await carryOut(judged, this.#workThrough, {
      session,
      settings: this.#settings,
      audit,
      onPublished: (messageId) => this.#notePublished(messageId),
      onReplayed: (result) => this.#noteReplayed(result),
      signal,
    });
    for (const [messageId, why] of done.published.failed) {
      record.fail(messageId, why);
      record.resolve([messageId], "failed");
    }
    // Those that another consumer has are among the results alone.
    for (const result of done.replayed.results) {
      if (result.kind !== "skipped") continue;
      this.#noteReplayed({ ...result, kind: "failed", maybeSent: false });
    }
    const stopped = done.published.stopped ?? done.replayed.stopped;
    if (stopped !== undefined) record.end("failed", stopped);
    onGone([...done.published.published]);
    return done;
  }

  #notePublished(messageId: string): void {
    const { record } = this.#deps;
    record.count("done");
    record.resolve([messageId], "published");
    const resolved = this.#resolved();
    record.update({ resolved: { ...resolved, published: resolved.published + 1 } });
  }

  #noteReplayed(result: ReplayResult): void {
    if (result.kind === "skipped") return;
    const { record, onGone } = this.#deps;
    const ids = result.group.letters.map(({ messageId }) => messageId);
    record.resolve(ids, result.kind);
    if (result.kind === "failed") {
      for (const id of ids) record.fail(id, result.why);
      return;
    }
    record.sent.push(result);
    record.count("done", ids.length);
    for (const [id, why] of result.undeleted) record.fail(id, `replayed, but not deleted: ${why}`);
    const resolved = this.#resolved();
    record.update({ resolved: { ...resolved, replayed: resolved.replayed + ids.length } });
    onGone(ids.filter((id) => !result.undeleted.has(id)));
  }

  /** What no verdict allows anything for is left as it is. */
  #end(left: readonly UnknownLetter[], { letters, unread }: Judged): void {
    const { record } = this.#deps;
    record.count("skipped", letters.filter(({ action }) => action === "none").length);
    if (unread === undefined) return;
    const unasked = left.length - letters.length;
    record.end("failed", `Connect could not be asked about ${unasked} of ${left.length}: ${unread}`);
  }

  /** Nobody else must wait for what is paused. */
  async #release(): Promise<void> {
    const onLetters = async () => new Set<string>();
    await this.#workThrough({ messageIds: [], onLetters, signal: this.#deps.record.control.cancelled });
  }

  #resolved() {
    return this.#deps.record.run.resolved ?? { asked: 0, published: 0, replayed: 0 };
  }
}

/** What need not be asked about again. */
function handledBy({ published, replayed }: Done): ReadonlySet<string> {
  return new Set([
    ...published.published,
    ...published.failed.keys(),
    ...replayed.results.flatMap(({ group }) => group.letters.map(({ messageId }) => messageId)),
  ]);
}
