import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { describe, it } from "node:test";
import { judge } from "./judge/check-history.ts";
import { rareStates } from "./judge/rare-states.ts";
import { drawPlan } from "./plan/draw-plan.ts";
import { quietPlan } from "./plan/plan.ts";
import { formatStory } from "./run/format-story.ts";
import { realCode } from "./run/real-code.ts";
import { runOnCores } from "./run/run-on-cores.ts";
import { runSchedule } from "./run/run-schedule.ts";
import { addTally, emptyTally, runSeeds, type Tally } from "./run/run-seeds.ts";
import type { SeedTask } from "./run/seed-worker.ts";
import { shrink } from "./run/shrink.ts";

describe("the processing code under simulation", () => {
  it("keeps all invariants in 10,000 schedules, which reach every rare state", async () => {
    const ranges = Array.from({ length: 10 }, (_, index) => ({
      from: 1 + index * 1_000,
      to: 1 + (index + 1) * 1_000,
    }));
    const tallies = await runOnCores<SeedTask, Tally>(
      new URL("./run/seed-worker.ts", import.meta.url),
      ranges,
    );
    const tally = emptyTally();
    for (const one of tallies) addTally(tally, one);
    assert.deepEqual(tally.failed, []);
    assert.equal(tally.schedules, 10_000);
    assert.deepEqual(
      Object.keys(rareStates).filter((name) => !tally.reached[name]),
      [],
    );
  });

  it("keeps them in 200 fresh schedules", async (context) => {
    const base = randomInt(2 ** 31);
    context.diagnostic(`base seed ${base}: npm run sim -- --seeds 200 --from ${base}`);
    const { failed } = await runSeeds(base, base + 200, realCode);
    assert.deepEqual(failed, [], `base seed ${base}`);
  });
});

describe("a seed", () => {
  it("produces the same story each time, byte for byte", async () => {
    for (const seed of [3, 19, 218]) {
      const plan = drawPlan(seed);
      const stories = [await runSchedule(plan, realCode), await runSchedule(plan, realCode)].map((history) =>
        formatStory(plan, history, []),
      );
      assert.equal(stories[0], stories[1]);
    }
  });

  it("needs a few events for a healthy transfer", async () => {
    const plan = quietPlan();
    const history = await runSchedule(plan, realCode);
    assert.deepEqual(
      history.entries.map(({ what }) => what),
      [
        "sent",
        "received",
        "invoked",
        "requested",
        "transferred",
        "answered",
        "publishing",
        "outcome stored",
        "outcome confirmed",
        "logged",
        "finished",
        "acknowledged",
        "healed",
        "ended",
      ],
    );
    assert.deepEqual(judge(history).violations, []);
  });
});

describe("shrink", () => {
  it("keeps only what the failure requires", async () => {
    const code: typeof realCode = { ...realCode, processBatch: async () => ({ batchItemFailures: [] }) };
    const { plan, violations } = await shrink(drawPlan(16), "acknowledgesOnlySettled", code);
    assert.equal(plan.messages.length, 1);
    assert.deepEqual([plan.rates, plan.troubles, plan.replays], [{}, [], []]);
    assert.ok(violations.length > 0);
  });
});
