import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "./judge/check-history.ts";
import type { Plan } from "./plan/plan.ts";
import { quietMessage, quietPlan } from "./plan/plan.ts";
import { realCode } from "./run/real-code.ts";
import { runSchedule } from "./run/run-schedule.ts";

/** What the simulation found in the processing code, as the smallest plan that showed it. */
const found: Readonly<Record<string, Plan>> = {
  "a success that could not be told is told as one even after the intent expired": quietPlan({
    messages: [quietMessage({ kind: "expires soon" })],
    rates: { "put refused": 1 },
    chaosForMs: 60_000,
  }),
  "a message is never hidden for longer than SQS takes, which counts from its receive": quietPlan({
    messages: [quietMessage({ receivesBefore: 998 })],
    maxIntentAgeMs: 144 * 3_600_000,
    retryForMs: 144 * 3_600_000,
    troubles: [{ what: "denied", fromMs: 0, forMs: 60_000 }],
  }),
  "a message with few receives left is not moved by SQS because clocks differ": quietPlan({
    messages: [quietMessage({ receivesBefore: 993 })],
    maxIntentAgeMs: 300_000,
    chaosForMs: 1_200_000,
    skewMs: 3_000,
    rates: { "delivery fresh instance": 1 },
    troubles: [{ what: "no room", fromMs: 0, forMs: 1_200_000 }],
  }),
  "the dead letter of an event without a time tells since when it is one": quietPlan({
    messages: [quietMessage({ kind: "ended", via: "event", hasTime: false })],
  }),
  "an instance that was throttled recovers by any answer of Connect, so that giving up comes to an end":
    quietPlan({
      seed: 5,
      semantics: "conflict",
      transfersPerSecond: 0.5,
      retryForMs: 120_000,
      quotaPerSecond: 0.2,
      messages: [quietMessage(), quietMessage()],
      rates: { "transfer answer lost": 0.5, "transfer reset": 0.2 },
      troubles: [{ what: "others", fromMs: 0, forMs: 120_000 }],
    }),
};

for (const [name, plan] of Object.entries(found)) {
  test(name, async () => {
    const { violations } = judge(await runSchedule(plan, realCode));
    assert.deepEqual(violations, []);
  });
}
