import type { SQSMessageAttributes } from "aws-lambda";
import { stringAttribute } from "../../test/makers.ts";
import type { QueuedCopy } from "../history.ts";
import type { PlannedReplay } from "../plan/plan.ts";
import type { DeadLetter, World } from "./world.ts";

const sixDaysMs = 6 * 24 * 3_600_000;

/** An operator who replays the whole dead-letter queue at the planned times. */
export function startOperator(world: World) {
  for (const planned of world.plan.replays) {
    world.time.after(planned.afterMs, () => {
      const deadLetters = planned.isRepeated ? [...world.deadLetters] : world.deadLetters.splice(0);
      for (const deadLetter of deadLetters) replay(world, deadLetter, planned.how);
    });
  }
}

function replay(world: World, deadLetter: DeadLetter, how: PlannedReplay["how"]) {
  const { now } = world.time;
  const { copy, body } = deadLetter;
  const failure = knownFailure(deadLetter);
  const attributes =
    how === "redrive" ? deadLetter.attributes : { History: historyOf(deadLetter, failure, how, now) };
  const isRecorded = how !== "redrive" || deadLetter.parent !== "unrecorded";
  const firstSentAt = knownFirstSentAt(deadLetter, failure, how, now);
  const replayed: QueuedCopy = {
    id: `replay-${world.number()}`,
    intent: copy.intent,
    isEvent: false,
    sentAt: now,
    firstSentAt,
    receivesBefore: 0,
    ...(how === "renewed"
      ? { ageStartsAt: now, expiresAt: Math.min(ownExpiry(body), firstSentAt + sixDaysMs) }
      : { ageStartsAt: Math.min(firstSentAt, timeOf(body) ?? now), expiresAt: ownExpiry(body) }),
    metadata: copy.metadata,
    // SQS's own redrive of what SQS itself moved changes nothing.
    carries: isRecorded ? undefined : copy.carries,
    waitsSince: isRecorded ? undefined : copy.waitsSince,
    isLastAsk: isRecorded ? undefined : copy.isLastAsk,
    historySays: how === "broken" ? "unknown" : isRecorded ? failure.effect : "nothing",
    parent: isRecorded ? deadLetter.parent : "unrecorded",
  };
  world.record({ what: "sent", copy: replayed, isReplayed: how });
  world.queue.send(replayed, body, attributes);
}

/** When the intent was first sent, if that is still known: a bare dead letter and a broken history have lost it. */
function knownFirstSentAt(
  { copy }: DeadLetter,
  failure: KnownFailure,
  how: PlannedReplay["how"],
  now: number,
): number {
  if (how === "broken") return now;
  // An event has no sent time: it is as old as its dead letter says.
  if (failure.isWhole) return copy.isEvent ? Math.min(now, failure.firstSentAt ?? now) : copy.firstSentAt;
  return how === "redrive" ? now : copy.sentAt;
}

/** The content of `Failure`. A dead letter from SQS or Lambda, or one with its reason alone, has none. */
function knownFailure({ attributes }: DeadLetter): KnownFailure {
  const text = attributes.Failure?.stringValue;
  if (text === undefined) return { effect: "unknown", replays: 0, isWhole: false };
  const { firstSentAt, effect, replays = 0 } = JSON.parse(text);
  return { firstSentAt: firstSentAt && Date.parse(firstSentAt), effect, replays, isWhole: true };
}

interface KnownFailure {
  readonly firstSentAt?: number;
  readonly effect: "none" | "unknown";
  readonly replays: number;
  readonly isWhole: boolean;
}

/** `History` as the replay tool writes it, or broken by hand. */
function historyOf(
  deadLetter: DeadLetter,
  failure: KnownFailure,
  how: PlannedReplay["how"],
  now: number,
): SQSMessageAttributes[string] {
  if (how === "broken")
    return stringAttribute(
      deadLetter.body.length % 2 === 0 ? '{"firstSentAt":' : '{"effect":"none","firstSentAt":"yesterday"}',
    );
  return stringAttribute({
    firstSentAt: new Date(failure.firstSentAt ?? deadLetter.copy.sentAt).toISOString(),
    effect: failure.effect,
    replays: failure.replays + 1,
    lastReason: deadLetter.attributes.FailureReason?.stringValue,
    ...(how === "renewed" && { renewedAt: new Date(now).toISOString() }),
  });
}

function ownExpiry(body: string): number {
  const expiresAt = /"expiresAt":"([^"]+)"/.exec(body)?.[1];
  return expiresAt ? Date.parse(expiresAt) : Number.POSITIVE_INFINITY;
}

function timeOf(body: string): number | undefined {
  const time = /"time":"([^"]+)"/.exec(body)?.[1];
  return time ? Date.parse(time) : undefined;
}
