import { formatDuration } from "../../cli/duration.ts";
import { wrapText } from "../../cli/print/table.ts";
import type { Terminal } from "../../cli/print/terminal.ts";
import type { Followed } from "../follow/follow-replay.ts";
import { countText, letterCount } from "../receive/select-letters.ts";
import type { Change } from "../replay/edit-body.ts";
import type { LetterGroup, Planned, ReplayPlan } from "../replay/plan-replay.ts";
import type { ReplayResult } from "../replay/replay-letters.ts";
import { skipText } from "../replay/skip-reasons.ts";
import { followedJson, followedText, maxNamed, moreText } from "./report-followed.ts";

type Look = Pick<Terminal, "paint" | "width">;

/** What a replay would do, for a person who decides about it. */
export function planText(plan: ReplayPlan, look: Look): string {
  const { planned, received, perSecond, assumed, isPaused } = plan;
  const toReplay = toReplayOf(planned);
  return paintedLines(look, [
    `Would replay ${toReplay.length} of ${countText(received)}${rateText(toReplay.length, perSecond)}.`,
    ...idsText(toReplay.map(({ group }) => group)),
    ...changesText(toReplay),
    ...mergedText(toReplay),
    ...effectNotes(toReplay),
    ...skippedText(planned),
    ...(assumed ? [`Assumed: ${assumed}.`] : []),
    ...(isPaused && toReplay.length > 0
      ? ["Note: the stack is paused (paused=true): what is replayed waits until it is resumed."]
      : []),
    toReplay.length > 0 ? "Nothing has been changed. Add --yes to do it." : "Nothing has been changed.",
  ]);
}

/** Lines wrapped to the terminal: the first in bold, what is removed in red, what is added in green. */
function paintedLines({ paint, width }: Look, lines: readonly string[]): string {
  return lines
    .map((line, index) => {
      // Painted after it is wrapped: wrapping would replace the escapes as it does those of a hostile text.
      const wrapped = wrapText(line, /^ */.exec(line)?.[0] ?? "", width);
      const style =
        index === 0 ? "bold" : /^ +- /.test(line) ? "red" : /^ +\+ /.test(line) ? "green" : undefined;
      return style ? paint(style, wrapped) : wrapped;
    })
    .join("\n");
}

/** The preview as `--json` prints it. */
export function planJson({ planned, received, perSecond, assumed }: ReplayPlan) {
  const toReplay = toReplayOf(planned);
  return {
    dryRun: true,
    seen: received.seen,
    mayBeMore: received.mayBeMore,
    perSecond: Number.isFinite(perSecond) ? perSecond : null,
    estimatedSeconds: Number.isFinite(perSecond) ? Math.ceil(toReplay.length / perSecond) : 0,
    assumed,
    wouldReplay: toReplay.map(({ group, facts }) => ({ ...groupJson(group), ...facts })),
    skipped: planned.flatMap(({ group, decision }) =>
      decision.kind === "skip"
        ? [{ ...groupJson(group), skipReason: decision.reason, why: decision.why }]
        : [],
    ),
  };
}

export interface ReportFacts {
  readonly seen: number;
  readonly mayBeMore?: string;
  /** Groups that an interruption or a fatal error has left untouched. */
  readonly untried: number;
  /** Why the run ended early, if nobody interrupted it. */
  readonly stopped?: string;
  readonly followed?: Followed;
  readonly wasInterrupted: boolean;
}

export type ReplayReport = ReturnType<typeof reportJson>;

/** What was done, as `--json` and `--report` show it. */
export function reportJson(results: readonly ReplayResult[], facts: ReportFacts) {
  const replayed = results.filter((result) => result.kind === "replayed");
  const { seen, mayBeMore, untried, stopped, wasInterrupted, followed } = facts;
  return {
    dryRun: false,
    seen,
    mayBeMore,
    untried,
    stopped,
    wasInterrupted,
    replayed: replayed.map(({ group, facts, messageId, replayedAt }) => ({
      ...groupJson(group),
      ...facts,
      newMessageId: messageId,
      replayedAt: new Date(replayedAt).toISOString(),
    })),
    undeleted: replayed.flatMap(({ undeleted }) =>
      Array.from(undeleted, ([messageId, why]) => ({ messageId, why })),
    ),
    failed: results.flatMap((result) =>
      result.kind === "failed"
        ? [{ ...groupJson(result.group), why: result.why, maybeSent: result.maybeSent }]
        : [],
    ),
    skipped: results.flatMap((result) =>
      result.kind === "skipped"
        ? [{ ...groupJson(result.group), skipReason: result.reason, why: result.why }]
        : [],
    ),
    followed: followed && followedJson(followed),
  };
}

/** What was done, for a person. */
export function reportText(report: ReplayReport, look: Look): string {
  const { replayed, failed, undeleted, skipped, untried, stopped, wasInterrupted, followed, mayBeMore } =
    report;
  return paintedLines(look, [
    `Replayed ${replayed.length}, failed ${failed.length}, skipped ${skipped.length + untried}.`,
    ...(stopped ? [`Stopped: ${stopped}`] : []),
    ...failed
      .slice(0, maxNamed)
      .map(({ ids, why, maybeSent }) =>
        maybeSent
          ? `  may have been sent: ${ids.join(", ")}: no answer (${why})`
          : `  not sent: ${ids.join(", ")}: ${why}`,
      ),
    ...moreText(failed.length),
    ...(failed.length > 0 ? ["  They are still in the dead-letter queue; run the command again."] : []),
    ...undeleted
      .slice(0, maxNamed)
      .map(({ messageId, why }) => `  sent, but not confirmed as deleted: ${messageId}: ${why}`),
    ...moreText(undeleted.length),
    ...(undeleted.length > 0
      ? [
          `  ${letterCount(undeleted.length)} may now be in both queues: discard those that are. If they are replayed again, their client token protects against a second transfer.`,
        ]
      : []),
    ...tally(skipped.map(({ skipReason, why }) => ({ why: skipText(skipReason, why) }))).map(
      ([why, count]) => `  skipped ${count}: ${why}`,
    ),
    ...(untried > 0
      ? [
          `  skipped ${untried}: the run was ${wasInterrupted ? "interrupted" : "stopped"} first; run it again`,
        ]
      : []),
    ...(followed ? followedText(followed) : []),
    ...(mayBeMore ? [`Incomplete: ${mayBeMore}.`] : []),
  ]);
}

function toReplayOf(planned: readonly Planned[]) {
  return planned.flatMap(({ group, decision }) =>
    decision.kind === "replay" ? [{ group, facts: decision.facts }] : [],
  );
}

function groupJson({ letters }: LetterGroup) {
  const [oldest] = letters;
  return {
    ids: letters.map(({ messageId }) => messageId),
    intentId: oldest.intentId,
    failedReason: oldest.reason,
  };
}

function rateText(count: number, perSecond: number): string {
  if (count === 0) return "";
  if (!Number.isFinite(perSecond)) return " as fast as SQS accepts them";
  return ` at ${perSecond}/s (about ${formatDuration((count / perSecond) * 1000)})`;
}

function idsText(groups: readonly LetterGroup[]): string[] {
  return tally(groups.map(({ letters: [oldest] }) => ({ why: oldest.reason }))).map(([reason, count]) => {
    const named = groups.filter(({ letters: [oldest] }) => oldest.reason === reason).slice(0, maxNamed);
    const names = named.map(({ letters: [oldest] }) => nameOf(oldest));
    const more = count > named.length ? `, … and ${count - named.length} more` : "";
    return `  ${count} ${reason}: ${names.join(", ")}${more}`;
  });
}

/** An intentId that no valid intent has may be of any length. */
const maxNameLength = 128;

function nameOf({ intentId, messageId }: LetterGroup["letters"][0]): string {
  if (intentId === undefined) return messageId.slice(0, 8);
  return intentId.length > maxNameLength ? `${intentId.slice(0, maxNameLength)}…` : intentId;
}

/** What the edits change, in the first of them. */
function changesText(toReplay: ReturnType<typeof toReplayOf>): string[] {
  const edited = toReplay.filter(({ facts }) => facts.changes.length > 0);
  const [first] = edited;
  if (!first) return [];
  const same = edited.filter(({ facts }) => sameChanges(facts.changes, first.facts.changes)).length;
  const others = edited.length - same;
  return [
    `Edited: ${edited.length}. In ${nameOf(first.group.letters[0])}${same > 1 ? ` and ${same - 1} more` : ""}:`,
    ...first.facts.changes.flatMap(({ path, from, to }) => [
      ...(from === undefined ? [] : [`  - ${path}: ${from}`]),
      ...(to === undefined ? [] : [`  + ${path}: ${to}`]),
    ]),
    ...(others > 0 ? [`  ${others} differ from that in what they had before; --json shows each.`] : []),
  ];
}

function sameChanges(some: readonly Change[], others: readonly Change[]): boolean {
  return JSON.stringify(some) === JSON.stringify(others);
}

/** What a person must know before a replay, for a page: a warning if a contact may be transferred twice. */
export function planNotes(planned: readonly Planned[]): { kind: "note" | "warning"; text: string }[] {
  const toReplay = toReplayOf(planned);
  return [...mergedText(toReplay), ...effectNotes(toReplay)].map((line) => ({
    kind: line.startsWith("WARNING: ") ? "warning" : "note",
    text: line.replace(/^(?:WARNING|Note): (.)/, (_, first: string) => first.toUpperCase()),
  }));
}

function mergedText(toReplay: ReturnType<typeof toReplayOf>): string[] {
  const extra = toReplay.reduce((sum, { group }) => sum + group.letters.length - 1, 0);
  const variants = toReplay.filter(({ group }) => group.variants > 0).length;
  return [
    ...(extra > 0
      ? [`Merged: ${extra} ${extra === 1 ? "is a copy" : "are copies"} of a request that is replayed once.`]
      : []),
    ...(variants > 0
      ? [
          `Note: ${variants} have the client token of another one with other contents (such as metadata): each is sent, and Connect transfers the contact once.`,
        ]
      : []),
  ];
}

/** What a person must know before they add `--yes`. */
function effectNotes(toReplay: ReturnType<typeof toReplayOf>): string[] {
  const count = (test: (facts: (typeof toReplay)[number]["facts"]) => boolean) =>
    toReplay.filter(({ facts }) => test(facts)).length;
  const protectedOnes = count(({ effect, isOtherRequest }) => effect === "unknown" && !isOtherRequest);
  const risky = count(({ effect, isOtherRequest }) => effect === "unknown" && isOtherRequest);
  const others = count(({ isOtherRequest }) => isOtherRequest);
  const renewed = count(({ isRenewed, isOtherRequest }) => isRenewed && !isOtherRequest);
  return [
    ...(protectedOnes > 0
      ? [
          `Note: ${protectedOnes} may already have transferred the contact (effect unknown); each keeps its client token, which protects against a second transfer.`,
        ]
      : []),
    ...(others > 0
      ? [
          `Note: ${others} ${others === 1 ? "becomes another request with another token" : "become other requests with other tokens"}.`,
        ]
      : []),
    ...(risky > 0
      ? [
          `WARNING: ${risky} of these may already have transferred the contact, which may be transferred a second time.`,
        ]
      : []),
    ...(renewed > 0
      ? [
          `Note: ${renewed} ${renewed === 1 ? "is" : "are"} renewed: the age counts from now, under the same token.`,
        ]
      : []),
  ];
}

function skippedText(planned: readonly Planned[]): string[] {
  const skipped = planned.flatMap(({ group, decision }) =>
    decision.kind === "skip" ? [{ group, why: skipText(decision.reason, decision.why) }] : [],
  );
  return tally(skipped).map(([why, count]) => {
    const named = skipped.filter((one) => one.why === why).slice(0, maxNamed);
    const names = named.map(({ group }) => nameOf(group.letters[0]));
    return `Would skip ${count} (${names.join(", ")}${count > names.length ? ", …" : ""}): ${why}.`;
  });
}

function tally(items: readonly { readonly why: string }[]): [string, number][] {
  return Array.from(
    Map.groupBy(items, ({ why }) => why),
    ([why, { length }]): [string, number] => [why, length],
  ).sort(([, a], [, b]) => b - a);
}
