import assert from "node:assert/strict";
import { it } from "node:test";
import type { Result } from "./outcome-tracker.ts";
import { formatEnding, formatSummary, isAsExpected, type Paint } from "./print-results.ts";
import type { Expected } from "./test-event.ts";

const plain: Paint = (_color, text) => text;
const marked: Paint = (color, text) => `<${color}>${text}</${color}>`;

function makeResult(name: string, expected: Expected, ending: Result["ending"]): Result {
  return {
    testEvent: { name, expected, content: { kind: "message", body: "{}" } },
    ending,
    tookMs: ending && 1234,
  };
}

const succeeds = makeResult("to-queue", { outcome: "succeeded" }, { kind: "succeeded", newContactId: "c-2" });
const fails = makeResult(
  "voice",
  { outcome: "failed", reason: "InvalidRequest" },
  { kind: "failed", reason: "InvalidRequest", message: "Not for VOICE" },
);
const surprises = makeResult(
  "own",
  { outcome: "succeeded" },
  { kind: "failed", reason: "ResourceNotFound", message: "No such flow" },
);
const isNothing = makeResult("outcome", { outcome: "none" }, { kind: "none", why: "no rule matches it" });
const isMissing = makeResult("late", { outcome: "succeeded" }, undefined);

it("a result is as expected only with the expected outcome and reason", () => {
  const otherReason = makeResult("x", { outcome: "failed", reason: "NotAllowed" }, fails.ending);
  assert.deepEqual([succeeds, fails, isNothing, surprises, isMissing, otherReason].map(isAsExpected), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

it("a result is one line, and a failure adds the next step", () => {
  assert.equal(formatEnding(succeeds, plain), "✔ to-queue: succeeded, now contact c-2 (1.23 s)");
  assert.equal(formatEnding(isNothing, plain), "✔ outcome: nothing, no rule matches it (1.23 s)");
  assert.equal(
    formatEnding(fails, plain),
    "✔ voice: failed, InvalidRequest: Not for VOICE (1.23 s)\n" +
      "    next: look at the contact in Connect; one that has ended cannot be transferred",
  );
});

it("the summary is a table that is readable without colors", () => {
  assert.deepEqual(formatSummary([succeeds, fails, surprises, isNothing, isMissing], plain).split("\n"), [
    "  sample    expected                outcome    reason            time",
    "✔ to-queue  succeeded               succeeded                    1.23 s",
    "✔ voice     failed, InvalidRequest  failed     InvalidRequest    1.23 s",
    "✖ own       succeeded               failed     ResourceNotFound  1.23 s",
    "✔ outcome   none                    none                         1.23 s",
    "✖ late      succeeded               missing",
  ]);
});

it("colors show whether a result was expected", () => {
  const [, expected = "", unexpected = ""] = formatSummary([succeeds, surprises], marked).split("\n");
  assert.match(expected, /^<green>✔<\/green> to-queue/);
  assert.match(unexpected, /^<red>✖<\/red> <red>own .*<\/red>$/);
});
