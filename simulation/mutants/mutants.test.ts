import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { runSeeds } from "../run/run-seeds.ts";
import { mutants } from "./mutants.ts";
import { mutate, plantMutant } from "./plant-mutant.ts";

describe("mutants", () => {
  it("can all be planted in the code as it is, and have unique names", () => {
    for (const mutant of mutants) {
      const source = readFileSync(new URL(`../../lambda/${mutant.file}`, import.meta.url), "utf8");
      assert.notEqual(mutate(source, mutant), source, mutant.name);
    }
    assert.equal(new Set(mutants.map(({ name }) => name)).size, mutants.length);
    assert.ok(mutants.length >= 25);
  });

  it("are refused if the code has changed", () => {
    const [mutant] = mutants;
    assert.ok(mutant);
    assert.throws(() => mutate("", mutant), /occurs 0 times/);
  });

  it("die: one that acknowledges an unpublished outcome is found within 100 seeds", async () => {
    const mutant = mutants.find(({ name }) => name === "ignores a failed put entry");
    assert.ok(mutant);
    using planted = await plantMutant(mutant);
    const { violations } = await runSeeds(1, 101, planted.code, (tally) => tally.violations > 0);
    assert.ok(violations > 0);
  });
});
