import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { judge } from "./judge/check-history.ts";
import { mutants } from "./mutants/mutants.ts";
import { type Mutant, plantMutant } from "./mutants/plant-mutant.ts";
import { type Plan, quietMessage, quietPlan } from "./plan/plan.ts";
import { realCode } from "./run/real-code.ts";
import { runSchedule } from "./run/run-schedule.ts";

const hours = 3_600_000;

/**
 * Bugs that the simulation found in the processing code: the smallest plan that shows each, and a mutant with the bug. Two
 * of them are so rare that drawn plans do not find them, so they are not among the mutants of `npm run sim:mutants`.
 */
const regressions: Readonly<Record<string, { readonly plan: Plan; readonly mutant: Mutant }>> = {
  "a success that could not be published is published even after the intent expired": {
    mutant: mutantNamed("age ends a known success"),
    plan: quietPlan({
      messages: [quietMessage({ kind: "expires soon" })],
      rates: { "publish refused": 1 },
      chaosForMs: 60_000,
    }),
  },
  "a message is never hidden for longer than SQS accepts, which counts from its receive": {
    mutant: mutantNamed("hides for longer than SQS accepts"),
    plan: quietPlan({
      messages: [quietMessage({ receivesBefore: 998 })],
      maxIntentAgeMs: 144 * hours,
      retryForMs: 144 * hours,
      troubles: [{ what: "denied", fromMs: 0, forMs: 60_000 }],
    }),
  },
  "a message with few receives left is not transferred by SQS because clocks differ": {
    mutant: {
      name: "no receives in reserve",
      file: "settle/retry-delays.ts",
      find: "const reserved = isWaiting ? settlingReceives : reservedReceives;",
      replace: "const reserved = 0;",
    },
    plan: quietPlan({
      seed: 5,
      messages: [quietMessage({ receivesBefore: 993 })],
      maxIntentAgeMs: 2 * hours,
      retryForMs: 24 * hours,
      chaosForMs: 2 * hours,
      skewMs: 3_000,
      rates: { "delivery fresh instance": 1 },
      troubles: [{ what: "no room", fromMs: 0, forMs: 2 * hours }],
    }),
  },
  "the dead letter of an event without a time has its age": {
    mutant: mutantNamed("dead letter of an event without its age"),
    plan: quietPlan({ messages: [quietMessage({ kind: "ended", via: "event", hasTime: false })] }),
  },
  "a refusal that travels is not certain: the message that it replaces may live on and move the contact": {
    mutant: mutantNamed("a refusal that travels is certain"),
    plan: quietPlan({
      seed: 196,
      semantics: "ignored",
      maxConcurrency: 3,
      batchSize: 1,
      retryForMs: 20_000,
      chaosForMs: 240_000,
      messages: [quietMessage({ kind: "flow comes later" })],
      rates: {
        "transfer reset": 0.05,
        "transfer request lost": 0.5,
        "publish hangs": 1,
        "enqueue crash after": 1,
      },
    }),
  },
  "a message whose outcome cannot be published keeps receives, although its intent has expired": {
    mutant: mutantNamed("what cannot be published waits as briefly on its last receives"),
    plan: quietPlan({
      transfersPerSecond: 10,
      maxConcurrency: 1,
      retryForMs: 20_000,
      maxIntentAgeMs: 300_000,
      chaosForMs: hours,
      messages: [quietMessage({ sentAfterMs: 3_479, receivesBefore: 985 })],
      rates: { "enqueue refused": 1 },
      troubles: [{ what: "bus denied", fromMs: 0, forMs: hours }],
    }),
  },
  "any response of Connect but a throttle lets the pace recover, so that retries end": {
    mutant: {
      name: "pace recovers by successes and refusals alone",
      file: "transfer/transfer-at-pace.ts",
      find: "(answer.refusal.error.httpStatus ?? 500) < 500",
      replace: 'answer.kind === "refused"',
    },
    plan: quietPlan({
      seed: 2,
      semantics: "conflict",
      transfersPerSecond: 0.5,
      retryForMs: 120_000,
      quotaPerSecond: 0.2,
      messages: [quietMessage(), quietMessage(), quietMessage()],
      rates: { "transfer answer lost": 0.5, "transfer reset": 0.2 },
      troubles: [{ what: "others", fromMs: 0, forMs: 120_000 }],
    }),
  },
};

describe("bugs that the simulation found stay fixed:", () => {
  for (const [name, { plan, mutant }] of Object.entries(regressions)) {
    it(`${name}; the plan still catches the bug`, async () => {
      assert.deepEqual(judge(await runSchedule(plan, realCode)).violations, []);
      using planted = await plantMutant(mutant);
      assert.notDeepEqual(judge(await runSchedule(plan, planted.code)).violations, []);
    });
  }
});

function mutantNamed(name: string): Mutant {
  const mutant = mutants.find((one) => one.name === name);
  assert.ok(mutant, name);
  return mutant;
}
