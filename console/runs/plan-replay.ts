import { setImmediate } from "node:timers/promises";
import type { DeadLetter } from "../../operate/letters/letter.ts";
import { readIntent } from "../../operate/letters/read-intent.ts";
import { prepareReplay } from "../../operate/prepare-replay.ts";
import { planNotes } from "../../operate/print/report-replay.ts";
import type { Change } from "../../operate/replay/edit-body.ts";
import type { Planned, ReplayOptions } from "../../operate/replay/plan-replay.ts";
import { editLetter, type LetterSketch } from "../../operate/replay/sketch-letter.ts";
import { skipSentences } from "../../operate/replay/skip-reasons.ts";
import type { Session } from "../../operate/session.ts";
import { replayOptions, type WriteCommand } from "../command-line.ts";
import { selectFromQueue } from "../letters/list-letters.ts";
import type { QueueSnapshot } from "../letters/queue-reader.ts";
import type { Selection } from "../protocol/filters.ts";
import type { Violation } from "../protocol/letters.ts";
import type { LetterName, ReplayPlan, ReplayRequest } from "../protocol/plans.ts";
import { ApiRefusal } from "../server/errors.ts";
import { askedReplay, selectionOf } from "./asked-replay.ts";
import { stepsOf } from "./steps.ts";

/** So many letters are planned between two looks at what else is asked. */
const lettersAtOnce = 50;
/** Connect answers a few questions per second: more contacts than this are asked about when it runs. */
const maxChecked = 20;
const maxExamples = 5;
const maxDifferences = 20;

/** What a replay would do with the letters as they were when the queue was read. The run looks at the queue again. */
export async function planReplay(
  request: ReplayRequest,
  snapshot: QueueSnapshot | undefined,
  session: Session,
  write: WriteCommand,
): Promise<ReplayPlan> {
  const { index, freshness, letters } = await lettersOf(request.selection, snapshot, session);
  const asked = askedReplay(request);
  const isChecked = asked.check && letters.length <= maxChecked;
  const { replay, perSecond, selecting, makePlan } = prepareReplay({ ...asked, check: isChecked }, session);
  const edited = new EditSummary(replay);
  const sketches: LetterSketch[] = [];
  for (const [number, letter] of letters.entries()) {
    const whole = index.letter(letter);
    if (whole) {
      sketches.push(selecting.sketch(whole));
      edited.add(whole);
    }
    if (number % lettersAtOnce === 0) await setImmediate();
  }
  const received = { kept: sketches, seen: letters.length, seenIds: new Set<string>(), retentionMs: 0 };
  const { planned, assumed } = await makePlan({ sketches, received });
  const toReplay = planned.filter(({ decision }) => decision.kind === "replay");
  const merged = toReplay.reduce((sum, { group }) => sum + group.letters.length - 1, 0);
  return {
    kind: "replay",
    freshness,
    selected: sketches.length,
    toReplay: toReplay.length,
    merged,
    skipped: skippedOf(planned),
    edited: asked.edits?.length ? edited.result() : undefined,
    notes: [
      ...planNotes(planned),
      ...(asked.check && !isChecked ? [{ kind: "note" as const, text: askedLater }] : []),
    ],
    perSecond,
    seconds: Math.ceil(toReplay.length / perSecond),
    steps: stepsOf(toReplay.length),
    assumed,
    commandLine: write(["dlq", "replay"], { ...replayOptions(request), yes: true }),
  };
}

const askedLater =
  "Connect is asked about each contact when the replay runs; those that cannot succeed are then skipped.";

/** The letters of a selection that the queue had when it was read, the oldest first. @throws ApiRefusal if it was not */
export async function lettersOf(
  selection: Selection,
  snapshot: QueueSnapshot | undefined,
  { clock }: Session,
) {
  if (!snapshot)
    throw new ApiRefusal("NotRead", "The dead-letter queue has not been read yet: read it first.");
  const { conditions, limit } = selectionOf(selection);
  const found =
    selection.kind === "ids"
      ? selection.ids.flatMap((id) => snapshot.index.get(id) ?? [])
      : await selectFromQueue(snapshot, conditions, clock.now());
  const letters = found.toSorted((a, b) => a.sentAt - b.sentAt).slice(0, limit);
  return {
    freshness: snapshot.freshness,
    letters: letters.map(({ row }) => row.id),
    reasons: letters.map(({ row }) => row.reason),
    index: snapshot,
  };
}

function skippedOf(planned: readonly Planned[]): ReplayPlan["skipped"] {
  const skipped = planned.flatMap(({ group, decision }) =>
    decision.kind === "skip" ? [{ group, reason: decision.reason }] : [],
  );
  const byReason = Map.groupBy(skipped, ({ reason }) => reason);
  return Array.from(byReason, ([skipReason, these]) => ({
    skipReason,
    count: these.reduce((sum, { group }) => sum + group.letters.length, 0),
    why: skipSentences[skipReason],
    examples: these.slice(0, maxExamples).map(({ group: { letters } }) => nameOf(letters[0])),
  })).toSorted((a, b) => b.count - a.count);
}

function nameOf({ messageId, intentId }: { messageId: string; intentId?: string }): LetterName {
  return { id: messageId, intentId };
}

interface Difference {
  count: number;
  readonly example: LetterName;
  readonly changes: readonly Change[];
}

/** What the edits make of each letter. */
class EditSummary {
  readonly #options: ReplayOptions;
  readonly #differences = new Map<string, Difference>();
  #changed = 0;
  #unchanged = 0;
  #invalid = 0;
  #violations: readonly Violation[] = [];

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  add(letter: DeadLetter): void {
    const edited = editLetter(letter, this.#options);
    if ("why" in edited || edited.changes.length === 0) {
      this.#unchanged++;
      return;
    }
    const { body, changes } = edited;
    const after = readIntent(body, this.#options.instances);
    if (after.kind === "intent") this.#changed++;
    else {
      if (this.#invalid === 0) this.#violations = after.violations;
      this.#invalid++;
    }
    const key = JSON.stringify(changes);
    const known = this.#differences.get(key);
    const example = { id: letter.messageId, intentId: intentIdIn(letter) };
    if (known) known.count++;
    else this.#differences.set(key, { count: 1, example, changes });
  }

  result(): NonNullable<ReplayPlan["edited"]> {
    const differences = [...this.#differences.values()].sort((a, b) => b.count - a.count);
    return {
      changed: this.#changed,
      unchanged: this.#unchanged,
      invalid: this.#invalid,
      violations: this.#violations,
      differences: differences.slice(0, maxDifferences),
      moreDifferences: Math.max(0, differences.length - maxDifferences),
    };
  }
}

function intentIdIn({ reading }: DeadLetter): string | undefined {
  return reading.kind === "intent" ? reading.intent.intentId : undefined;
}
