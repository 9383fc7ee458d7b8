import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readImports, testsOf } from "./covering-tests.ts";

const imports = readImports(".");

describe("the tests of a file", () => {
  it("are those that import it, the nearest first, and schedules", () => {
    const { fast, slow } = testsOf("lambda/intake/age.ts", imports);
    assert.equal(fast[0], "lambda/intake/age.test.ts");
    assert.ok(fast.includes("lambda/process-batch.test.ts"));
    assert.ok(fast.includes("simulation/mutation/few-seeds.ts"));
    assert.ok(slow.includes("simulation/regressions.test.ts"));
    assert.ok(!fast.includes("lambda/error-table.test.ts"));
  });

  it("include those that bundle it", () => {
    assert.ok(testsOf("lambda/handler.ts", imports).slow.includes("lambda/build/bundle.test.ts"));
  });
});
