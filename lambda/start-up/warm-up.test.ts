import assert from "node:assert/strict";
import { it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { warmUp } from "./warm-up.ts";

it("the start waits for its steps, and for none that fails", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const timersBefore = timers();
  const done: string[] = [];
  const step = (name: string) => async () => {
    await setImmediate();
    done.push(name);
  };
  await warmUp([step("a"), () => Promise.reject(new Error("no network")), step("b")]);
  assert.deepEqual(done, ["a", "b"]);
  assert.equal(timers(), timersBefore);
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
