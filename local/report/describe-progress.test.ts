import assert from "node:assert/strict";
import { it } from "node:test";
import { describeBacklog, describeProgress } from "./describe-progress.ts";

it("progress counts what is sent, then what has ended, how fast, and how long it takes still", () => {
  const cases = [
    [{ total: 20_000, sent: 3_400, ended: 1_200, elapsedMs: 1_000 }, "3,400 of 20,000 sent, 1,200 ended"],
    [{ total: 20_000, sent: 20_000, ended: 0, elapsedMs: 1_000 }, "0 of 20,000 ended"],
    [
      { total: 20_000, sent: 20_000, ended: 12_400, elapsedMs: 10_000 },
      "12,400 of 20,000 ended, 1,240 per second, about 6s left",
    ],
    [
      { total: 20_000, sent: 20_000, ended: 120, elapsedMs: 60_000 },
      "120 of 20,000 ended, 2.0 per second, about 2h 45m left",
    ],
    [{ total: 100, sent: 100, ended: 100, elapsedMs: 1_000 }, "100 of 100 ended, 100 per second"],
  ] as const;
  for (const [progress, text] of cases) assert.equal(describeProgress(progress), text);
});

it("a backlog says how long it takes at the stack's pace, unless nothing takes it", () => {
  assert.equal(describeBacklog(1_978, 2, false), "1,978 intents wait, about 16m 29s at 2 per second");
  assert.equal(describeBacklog(1, 0.5, false), "1 intent waits, about 2s at 0.5 per second");
  assert.equal(describeBacklog(3, 2, true), "3 intents wait: the stack is paused");
});
