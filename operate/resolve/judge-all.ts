import type { VerdictRules } from "../../lambda/settings.ts";
import type { OperatorReads } from "../checks/contact-reads.ts";
import type { DeadLetter } from "../letters/letter.ts";
import type { Sketch } from "../receive/work.ts";
import { decide, groupLetters, type LetterGroup, type ReplayOptions } from "../replay/plan-replay.ts";
import type { Session } from "../session.ts";
import { type JudgedLetter, judgeRequest, sketchUnknown, type UnknownLetter } from "./judge-letter.ts";

/** What `withSelected` keeps of every dead letter; `unknown` is missing if its effect is known. */
export interface SeenLetter extends Sketch {
  readonly unknown?: UnknownLetter;
}

/** How `withSelected` looks at the queue to resolve. */
export function selectUnknown({ clock, deployment }: Session) {
  const sketch = (letter: DeadLetter): SeenLetter => ({
    messageId: letter.messageId,
    sentAt: letter.sentAt,
    reason: letter.reason,
    unknown: sketchUnknown(letter, deployment, clock.now()),
  });
  // A window of what is published and replayed within a few minutes.
  return { sketch, windowLetters: 1_000 };
}

export interface JudgeDeps {
  readonly reads: OperatorReads;
  readonly rules: VerdictRules;
  /** How what is open would be replayed. */
  readonly options: ReplayOptions;
  readonly onJudged?: (count: number) => void;
  /** Whether to end before all are judged. At least one request is judged. */
  readonly isEnough?: () => boolean;
  readonly signal: AbortSignal;
}

export interface Judged {
  readonly letters: readonly JudgedLetter[];
  /** Why Connect could not be asked about the rest. */
  readonly unread?: string;
}

/** Asks Connect about each request, one after the other, and judges its dead letters. */
export async function judgeAll(
  unknown: readonly UnknownLetter[],
  { reads, rules, options, onJudged, isEnough, signal }: JudgeDeps,
): Promise<Judged> {
  const judged: JudgedLetter[] = [];
  for (const request of Map.groupBy(unknown, ({ groupKey }) => groupKey).values()) {
    if (signal.aborted || (judged.length > 0 && isEnough?.())) break;
    const these = await judgeRequest(request, reads, rules, signal);
    // What was read during an interruption, or while Connect does not answer, proves nothing.
    if (signal.aborted || reads.blocked !== undefined) break;
    judged.push(...withoutSkipped(these, options, reads.now()));
    onJudged?.(judged.length);
  }
  return { letters: judged, unread: reads.blocked };
}

/** The groups of what is replayed. The reads have shown that no request was carried out. */
export function openGroups(judged: readonly JudgedLetter[]): LetterGroup[] {
  const open = judged.filter(({ action }) => action === "replay").map(({ letter }) => letter);
  return groupLetters(open).map((group) => ({
    ...group,
    past: { ...group.past, effect: "none", result: undefined } as const,
  }));
}

/** What a replay would skip, such as for its age, is not promised. */
function withoutSkipped(
  judged: readonly JudgedLetter[],
  options: ReplayOptions,
  now: number,
): readonly JudgedLetter[] {
  const skipped = new Map<string, string>();
  for (const group of openGroups(judged)) {
    const decision = decide(group, options, now);
    if (decision.kind === "replay") continue;
    for (const { messageId } of group.letters) skipped.set(messageId, decision.why);
  }
  return judged.map((one) => {
    const why = skipped.get(one.letter.messageId);
    if (why === undefined) return one;
    return { ...one, action: "none", whyNotReplayed: `it is open, and dlq replay would skip it: ${why}` };
  });
}
