import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { consumers, engine } from "./consumers.ts";
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

describe("runScenario", () => {
  for (const consumer of consumers) {
    it(`ends every intent with ${consumer.name}, and returns the same figures for the same seed`, async () => {
      const figures = await runScenario(tiny, consumer);
      assert.deepEqual(await runScenario(tiny, consumer), figures);
      // An intent whose transfer was not acknowledged may be both transferred and dead-lettered, but never neither.
      const ended = figures.transferred + figures.deadLettered;
      assert.ok(
        consumer.name === "throw all" ? ended >= tiny.intents : ended === tiny.intents,
        `${ended} ended`,
      );
      assert.ok(figures.transferred <= tiny.intents);
    });
  }

  it("runs the SDK's own retries in virtual time: throttled requests are repeated after its backoff", async () => {
    const partialBatch = consumers.find(({ name }) => name === "partial batch");
    assert.ok(partialBatch);
    const scarce = { ...tiny, quota: { perSecond: 1, burst: 1 }, intents: 10 };
    const figures = await runScenario(scarce, partialBatch);
    assert.ok(figures.callsPerTransfer > 1.5, `${figures.callsPerTransfer} calls per transfer`);
  });

  it("differs for another seed", async () => {
    const first = await runScenario(tiny, engine, 1);
    const second = await runScenario(tiny, engine, 2);
    assert.notEqual(first.medianWaitSeconds, second.medianWaitSeconds);
  });

  it("loses no intent in an outage", async () => {
    const outage = { fromMs: 1_000, untilMs: 61_000 };
    const figures = await runScenario({ ...tiny, kind: "outage", outage }, engine);
    assert.deepEqual([figures.transferred, figures.deadLettered, figures.duplicates], [60, 0, 0]);
  });

  it("counts the waits of urgent intents, which a fair queue delivers first, and plays two stacks and new instances", async () => {
    const alone = await runScenario(tiny, engine);
    assert.equal(alone.urgentP99WaitSeconds, undefined);
    const busy = { ...tiny, intents: 410, urgent: { atMs: 10_000, intents: 10 } };
    const fair = await runScenario(busy, engine);
    assert.ok(
      fair.urgentP99WaitSeconds !== undefined && fair.urgentP99WaitSeconds < fair.medianWaitSeconds / 2,
    );
    const twoStacks = await runScenario({ ...tiny, stacks: 2 }, engine);
    assert.equal(twoStacks.transferred, 60);
    const renewed = await runScenario(
      { ...tiny, environmentAt: (sinceMs) => Math.floor(sinceMs / 1_000) },
      engine,
    );
    assert.equal(renewed.transferred, 60);
    assert.notEqual(renewed.medianWaitSeconds, alone.medianWaitSeconds);
  });

  it("reports a missed goal with the value reached", async () => {
    const figures = { ...(await runScenario(tiny, engine)), throttled: 0.25 };
    const missed = goalsOf({ kind: "set twice too high" }, figures).filter(({ isMet }) => !isMet);
    assert.deepEqual(
      missed.filter(({ words }) => words.startsWith("throttled")),
      [{ words: "throttled ≤ 15.0 %", reached: "25.0 %", isMet: false }],
    );
  });
});
