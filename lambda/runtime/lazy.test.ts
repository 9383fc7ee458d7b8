import assert from "node:assert/strict";
import { it } from "node:test";
import { lazy } from "./lazy.ts";

it("a part is loaded once, on its first use, for all who use it", async () => {
  let loads = 0;
  const part = lazy(async () => ++loads);
  assert.equal(loads, 0);
  assert.deepEqual(await Promise.all([part(), part()]), [1, 1]);
  assert.equal(await part(), 1);
});

it("a load that fails is not kept: the next use loads again", async () => {
  let loads = 0;
  const part = lazy(async () => {
    if (++loads === 1) throw new Error("The file cannot be read.");
    return loads;
  });
  const both = await Promise.allSettled([part(), part()]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  assert.equal(await part(), 2);
});
