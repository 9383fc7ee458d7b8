import { type Random, seededRandom } from "../../test/seeded-random.ts";
import {
  faultByKey,
  faultsAt,
  type MessageKind,
  type Plan,
  type PlannedMessage,
  type PlannedReplay,
  type PlannedTrouble,
  quietMessage,
  type Rates,
} from "./plan.ts";
import { drawReadRates, drawResolve } from "./planned-resolve.ts";

const minutes = 60_000;
const hours = 60 * minutes;

/** Draws the plan of a seed. Each plan enables few faults: many at once would hide the effect of a single one. */
export function drawPlan(seed: number): Plan {
  const random = seededRandom(seed).fork("plan");
  const chaosForMs = random.pick([1, 1, 1, 3, 3, 8]) * minutes;
  const isDirect = random.chance(0.2);
  const plan: Plan = {
    seed,
    semantics: random.pick(["dedupe", "conflict", "validate-first", "ignored"]),
    isDirect,
    isShadow: random.chance(0.03),
    originalEndsAfterMs: random.pick([0, 0, hours, 24 * hours]),
    transfersPerSecond: random.pick([0.5, 2, 2, 10]),
    maxConcurrency: isDirect ? random.int(2, 3) : random.int(1, 3),
    batchSize: random.pick([1, 3, 10]),
    retryForMs: random.pick([20_000, 2 * minutes, hours]),
    maxIntentAgeMs: random.pick([5 * minutes, hours, 24 * hours, 144 * hours]),
    notFoundGraceMs: random.fork("not found").pick([0, 10_000, 10_000, 30_000, 15 * minutes]),
    quotaPerSecond: random.pick([0.2, 2, 2, 50]),
    chaosForMs,
    skewMs: random.pick([0, 0, 50, 3_000]),
    rates: drawRates(random),
    messages: named(
      some(random.pick([1, 1, 1, 2, 2, 3, 4]), () => drawMessage(random, chaosForMs, isDirect)),
    ),
    troubles: random.chance(0.5) ? some(random.int(1, 2), () => drawTrouble(random, chaosForMs)) : [],
    replays: random.chance(0.5) ? some(random.int(1, 2), () => drawReplay(random, chaosForMs)) : [],
    clockSteps: random.chance(0.1)
      ? some(random.int(1, 2), () => ({
          afterMs: random.int(0, chaosForMs),
          byMs: random.pick([-hours, -minutes, -30_000, -3_000, 3_000, minutes, 26 * hours]),
        }))
      : [],
  };
  if (random.chance(0.06)) return resolved({ ...plan, ...crowd(random, plan.rates) });
  if (random.chance(0.03)) return resolved({ ...plan, ...fewReceivesLeft(random) });
  if (random.chance(0.02)) return resolved({ ...plan, ...longOutage(random) });
  return resolved(random.chance(0.04) ? { ...plan, ...twinsAtOnce(plan) } : plan);
}

/** Only an `intentId` that the producer gives can be sent twice: EventBridge gives each event an id of its own. */
function named(messages: readonly PlannedMessage[]): PlannedMessage[] {
  return messages.map((message, index) =>
    messages[index + 1]?.kind === "twin" ? { ...message, hasIntentId: true } : message,
  );
}

/** Its draws are its own: whatever it decides, the rest of the plan stays the same. */
function resolved(plan: Plan): Plan {
  const random = seededRandom(plan.seed).fork("resolve");
  const resolve = drawResolve(random, plan.chaosForMs, plan.originalEndsAfterMs);
  return resolve
    ? { ...plan, resolve, rates: { ...plan.rates, ...drawReadRates(random, faultsAt.read) } }
    : plan;
}

/** A message that has used nearly all of its receives and must wait for days. */
function fewReceivesLeft(random: Random): Partial<Plan> {
  return {
    messages: [quietMessage({ receivesBefore: random.pick([900, 980, 985]) })],
    maxIntentAgeMs: 144 * hours,
    retryForMs: 144 * hours,
    troubles: [{ what: "denied", fromMs: 0, forMs: minutes }],
  };
}

/** The bus or SQS is out for many minutes, perhaps when few receives are left. */
function longOutage(random: Random): Partial<Plan> {
  const what = random.pick(["bus out", "bus out", "bus denied", "SQS out"] as const);
  return {
    chaosForMs: 20 * minutes,
    messages: some(random.int(1, 3), () =>
      quietMessage({
        kind: random.pick(["plain", "plain", "missing contact"]),
        sentAfterMs: random.int(0, 5_000),
        receivesBefore: random.pick([0, 0, 0, 900, 985]),
      }),
    ),
    rates: { "delivery fresh instance": 0.2 },
    troubles: [{ what, fromMs: random.int(0, 1_000), forMs: random.int(2 * minutes, 15 * minutes) }],
  };
}

/** More messages at once than the pace allows in an invocation, perhaps all denied, perhaps with outcomes that share a call. */
function crowd(random: Random, rates: Rates): Partial<Plan> {
  const isDenied = random.chance(0.4);
  return {
    messages: some(6, () =>
      quietMessage({
        kind: random.chance(0.3) ? "metadata refused" : "plain",
        hasIntentId: random.chance(0.5),
      }),
    ),
    rates: random.chance(0.4) ? { ...rates, "publish hangs": 0.3 } : rates,
    batchSize: 10,
    maxConcurrency: isDenied ? 1 : 3,
    retryForMs: hours,
    transfersPerSecond: isDenied ? 2 : 0.5,
    troubles: isDenied ? [{ what: "denied", fromMs: 0, forMs: minutes }] : [],
  };
}

/** Twins that meet at Connect: each in its own instance, with slow responses and perhaps little time. */
function twinsAtOnce({ rates }: Plan): Partial<Plan> {
  return {
    messages: [quietMessage(), quietMessage({ kind: "twin", sentAfterMs: 100 })],
    batchSize: 1,
    maxConcurrency: 2,
    rates: { ...rates, "transfer slow": 0.7, "delivery slow start": 0.2 },
  };
}

function some<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function drawRates(random: Random): Rates {
  const rates: Record<string, number> = {};
  const share = random.pick([0.05, 0.15, 0.3]);
  for (const [key, { point }] of faultByKey) {
    if (point === "read" || !random.chance(share)) continue;
    const rate = random.pick([0.05, 0.05, 0.2, 0.2, 0.2, 0.5, 0.5, 1]);
    // A message delivered twice at each receive would fill the history with nothing else.
    rates[key] = point === "delivery" ? Math.min(0.2, rate) : rate;
  }
  return rates;
}

function drawMessage(random: Random, chaosForMs: number, isDirect: boolean): PlannedMessage {
  return {
    kind: random.chance(0.5) ? "plain" : random.pick(oddKinds),
    sentAfterMs: random.chance(0.6) ? random.int(0, 2_000) : random.int(0, chaosForMs),
    via: random.chance(isDirect ? 0.5 : 0.04) ? "event" : "queue",
    receivesBefore: random.chance(0.1) ? random.pick([100, 900, 985, 985, 999]) : 0,
    hasIntentId: random.chance(0.5),
    hasTime: random.chance(0.5),
  };
}

const oddKinds: readonly [MessageKind, ...MessageKind[]] = [
  "to user",
  "flow decides",
  "by ARNs",
  "twin",
  "twin",
  "same event twice",
  "metadata refused",
  "same intentId, other queue",
  "not JSON",
  "misspelt",
  "odd members",
  "too deep",
  "too large",
  "foreign instance",
  "queue not allowed",
  "expires soon",
  "expires soon",
  "old",
  "ends soon",
  "ended",
  "transferred 11 times",
  "missing contact",
  "flow comes later",
  "voice",
];

function drawTrouble(random: Random, chaosForMs: number): PlannedTrouble {
  const fromMs = random.chance(0.5) ? 0 : random.int(0, chaosForMs);
  return {
    what: random.pick(["outage", "denied", "no room", "others", "bus out", "bus denied", "SQS out"]),
    fromMs,
    forMs: random.int(1_000, chaosForMs),
  };
}

function drawReplay(random: Random, chaosForMs: number): PlannedReplay {
  return {
    how: random.pick(["tool", "redrive", "renewed", "broken"]),
    afterMs: random.int(5_000, chaosForMs),
    isRepeated: random.chance(0.2),
  };
}
