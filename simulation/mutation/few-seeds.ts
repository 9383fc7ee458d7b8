/** The simulation as one more test of a mutant: the code is loaded anew for each. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { realCode } from "../run/real-code.ts";
import { runSeeds } from "../run/run-seeds.ts";

const seeds = 100;

it(`${seeds} schedules of the simulation`, async () => {
  const { violations } = await runSeeds(1, 1 + seeds, realCode, (tally) => tally.violations > 0);
  assert.equal(violations, 0);
});
