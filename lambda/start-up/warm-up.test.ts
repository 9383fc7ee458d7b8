import assert from "node:assert/strict";
import { it } from "node:test";
import timers, { setImmediate } from "node:timers/promises";
import { warmUp } from "./warm-up.ts";

it("the start waits for its steps, and for none that fails; its timer ends with it", async (context) => {
  const { mock: timer } = context.mock.method(timers, "setTimeout");
  const done: string[] = [];
  const step = (name: string) => async () => {
    await setImmediate();
    done.push(name);
  };
  await warmUp([step("a"), () => Promise.reject(new Error("no network")), step("b")]);
  assert.deepEqual(done, ["a", "b"]);
  assert.equal(timer.calls[0]?.arguments[2]?.signal?.aborted, true);
});

it("the start waits a second for a step that does not end, and no longer", {
  timeout: 5_000,
}, async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let isOver = false;
  const over = warmUp([() => new Promise(() => {})]).then(() => {
    isOver = true;
  });
  context.mock.timers.tick(999);
  await setImmediate();
  assert.equal(isOver, false);
  context.mock.timers.tick(1);
  await over;
});
