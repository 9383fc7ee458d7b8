import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeSettings } from "../test/makers.ts";
import { makeProcessor } from "../test/processor.ts";
import type { Ports } from "./ports.ts";

const minute = 60_000;
const hour = 60 * minute;
const steps = [
  ["back by a minute", -minute],
  ["back by an hour", -hour],
  ["forward by 26 hours", 26 * hour],
] as const;
const settings = makeSettings({ requestsPerSecond: 1, maxIntentAgeMs: 144 * hour });

/** Connect as it answers, with a step of the clock during its first request. */
function steppingConnect(step: () => void, answer: Ports["transferContact"]): Ports["transferContact"] {
  let requests = 0;
  return (input, signal) => {
    if (++requests === 1) step();
    return answer(input, signal);
  };
}

const accept: Ports["transferContact"] = async ({ ContactId }) => ({
  ContactId: `new-${ContactId}`,
  $metadata: { httpStatusCode: 200 },
});
const neverAnswer: Ports["transferContact"] = (_, signal) =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(Object.assign(new Error(), { name: "AbortError" })));
  });

for (const [step, byMs] of steps) {
  describe(`a clock that is set ${step}`, () => {
    const contacts = ["a", "b", "c"];

    it("between two invocations changes neither pace nor deadline", async () => {
      const { process, record, clock, seen } = makeProcessor({ settings });
      await process(record());
      clock.set(clock.now() + byMs);
      const startedAt = clock.monotonic();
      assert.deepEqual(await process(...contacts.map((contactId) => record({ contactId }))), []);
      assert.equal(clock.monotonic() - startedAt, 3_000);
      assert.equal(seen.outcomes.length, 4);
    });

    it("in the middle of an invocation changes no pace", async () => {
      const { process, record, clock, seen } = makeProcessor({
        settings,
        transferContact: steppingConnect(() => clock.set(clock.now() + byMs), accept),
      });
      const startedAt = clock.monotonic();
      assert.deepEqual(await process(...contacts.map((contactId) => record({ contactId }))), []);
      assert.equal(clock.monotonic() - startedAt, 2_000);
      assert.equal(seen.outcomes.length, 3);
    });

    it("in the middle of an invocation changes no deadline", async () => {
      const { process, record, clock } = makeProcessor({
        settings,
        transferContact: steppingConnect(() => clock.set(clock.now() + byMs), neverAnswer),
      });
      const startedAt = clock.monotonic();
      assert.deepEqual(await process(record({}, { messageId: "m" })), ["m"]);
      assert.equal(clock.monotonic() - startedAt, 27_000);
    });
  });
}
