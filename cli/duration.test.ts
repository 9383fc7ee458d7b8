import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatDuration, parseDuration } from "./duration.ts";

describe("a duration", () => {
  for (const [text, ms] of [
    ["90s", 90_000],
    ["1.5h", undefined],
    ["1d12h", 129_600_000],
    ["100ms", 100],
    ["0s", 0],
    ["90", undefined],
    ["1 h", undefined],
    ["-1s", undefined],
    ["1w", undefined],
    ["", undefined],
  ] as const) {
    it(`${JSON.stringify(text)} is ${ms} ms`, () => assert.equal(parseDuration(text), ms));
  }

  for (const [ms, text] of [
    [0, "0s"],
    [400, "0s"],
    [5_000, "5s"],
    [59_600, "1m"],
    [3_600_000, "1h"],
    [3_605_000, "1h 5s"],
    [273_600_000 + 59_000, "3d 4h"],
    [-5, "0s"],
  ] as const) {
    it(`of ${ms} ms reads ${text}`, () => assert.equal(formatDuration(ms), text));
  }
});
