import type { SQSMessageAttributes } from "aws-lambda";
import { stringAttribute } from "../../test/makers.ts";
import type { Copy } from "../history.ts";
import type { PlannedPutBack } from "../plan/plan.ts";
import type { LambdaService } from "./lambda-service.ts";
import type { Letter, World } from "./world.ts";

const sixDaysMs = 6 * 24 * 3_600_000;

/** An operator who puts back whatever lies in the dead-letter queue at the planned times. */
export function startOperator(world: World, lambda: LambdaService) {
  for (const planned of world.plan.replays) {
    world.time.after(planned.afterMs, () => {
      const letters = planned.isRepeated ? [...world.letters] : world.letters.splice(0);
      for (const letter of letters) putBack(world, letter, planned.how);
      lambda.wake();
    });
  }
}

function putBack(world: World, letter: Letter, how: PlannedPutBack["how"]) {
  const { now } = world.time;
  const { copy, body } = letter;
  const told = tellingOf(letter);
  const attributes = how === "redrive" ? letter.attributes : { History: historyOf(letter, told, how, now) };
  const isTold = how !== "redrive" || letter.parent !== "untold";
  const firstSentAt = knownFirstSentAt(letter, told, how, now);
  const putBackCopy: Copy = {
    id: `message-again-${world.number()}`,
    subject: copy.subject,
    isEvent: false,
    sentAt: now,
    firstSentAt,
    receivesBefore: 0,
    ...(how === "renewed"
      ? { bornAt: now, expiresAt: Math.min(ownExpiry(body), firstSentAt + sixDaysMs) }
      : { bornAt: Math.min(firstSentAt, timeOf(body) ?? now), expiresAt: ownExpiry(body) }),
    historySays: how === "broken" ? "unknown" : isTold ? told.effect : "nothing",
    parent: isTold ? letter.parent : "untold",
  };
  world.record({ what: "sent", copy: putBackCopy, isReplayed: how });
  world.queue.send(putBackCopy, body, attributes);
}

/** What is left of the first life's sent time: a bare letter and a broken history have lost it. */
function knownFirstSentAt({ copy }: Letter, told: Telling, how: PlannedPutBack["how"], now: number): number {
  if (how === "broken") return now;
  // An event has no sent time: it is as old as its letter says.
  if (told.isWhole) return copy.isEvent ? Math.min(now, told.firstSentAt ?? now) : copy.firstSentAt;
  return how === "redrive" ? now : copy.sentAt;
}

/** What the letter's `Failure` tells; nothing where SQS or Lambda moved it, or where it has its reason alone. */
function tellingOf({ attributes }: Letter): Telling {
  const text = attributes.Failure?.stringValue;
  if (text === undefined) return { effect: "unknown", replays: 0, isWhole: false };
  const { firstSentAt, effect, replays = 0 } = JSON.parse(text);
  return { firstSentAt: firstSentAt && Date.parse(firstSentAt), effect, replays, isWhole: true };
}

interface Telling {
  readonly firstSentAt?: number;
  readonly effect: "none" | "unknown";
  readonly replays: number;
  readonly isWhole: boolean;
}

/** `History` as the replay tool writes it, or as a hand breaks it. */
function historyOf(
  letter: Letter,
  told: Telling,
  how: PlannedPutBack["how"],
  now: number,
): SQSMessageAttributes[string] {
  if (how === "broken")
    return stringAttribute(
      letter.body.length % 2 === 0 ? '{"firstSentAt":' : '{"effect":"none","firstSentAt":"yesterday"}',
    );
  return stringAttribute({
    firstSentAt: new Date(told.firstSentAt ?? letter.copy.sentAt).toISOString(),
    effect: told.effect,
    replays: told.replays + 1,
    lastReason: letter.attributes.FailureReason?.stringValue,
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
