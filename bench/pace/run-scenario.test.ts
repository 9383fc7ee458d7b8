import assert from "node:assert/strict";
import { test } from "node:test";
import { ours, policies } from "./consumers.ts";
import { goalsOf } from "./goals.ts";
import { runScenario } from "./run-scenario.ts";
import type { Scenario } from "./scenarios.ts";

const tiny: Scenario = {
  name: "tiny",
  kind: "alone",
  quota: { perSecond: 10, burst: 20 },
  intents: 60,
  transfersPerSecond: 10,
  maxConcurrency: 2,
  batchSize: 10,
};

for (const policy of policies) {
  test(`${policy.name}: every intent ends, and the same seed gives the same figures`, async () => {
    const figures = await runScenario(tiny, policy);
    assert.deepEqual(await runScenario(tiny, policy), figures);
    // An intent whose transfer was not acknowledged can be both moved and dead-lettered: never neither.
    const ended = figures.transferred + figures.deadLettered;
    assert.ok(policy.name === "throw all" ? ended >= tiny.intents : ended === tiny.intents, `${ended} ended`);
    assert.ok(figures.transferred <= tiny.intents);
  });
}

test("the SDK's own retries run in virtual time: throttled requests are repeated after its backoff", async () => {
  const partialBatch = policies.find(({ name }) => name === "partial batch");
  assert.ok(partialBatch);
  const scarce = { ...tiny, quota: { perSecond: 1, burst: 1 }, intents: 10 };
  const figures = await runScenario(scarce, partialBatch);
  assert.ok(figures.callsPerTransfer > 1.5, `${figures.callsPerTransfer} calls a transfer`);
});

test("another seed gives another run", async () => {
  const first = await runScenario(tiny, ours, 1);
  const second = await runScenario(tiny, ours, 2);
  assert.notEqual(first.medianWaitSeconds, second.medianWaitSeconds);
});

test("an outage hides healthy intents for a while and loses none", async () => {
  const outage = { fromMs: 1_000, untilMs: 61_000 };
  const figures = await runScenario({ ...tiny, kind: "outage", outage }, ours);
  assert.deepEqual([figures.transferred, figures.deadLettered, figures.askedAgain], [60, 0, 0]);
});

test("a goal that is missed is told as missed, with what was reached", async () => {
  const figures = { ...(await runScenario(tiny, ours)), throttled: 0.25 };
  const missed = goalsOf({ kind: "set twice too high" }, figures).filter(({ isMet }) => !isMet);
  assert.deepEqual(
    missed.filter(({ words }) => words.startsWith("throttled")),
    [{ words: "throttled ≤ 15.0 %", reached: "25.0 %", isMet: false }],
  );
});
