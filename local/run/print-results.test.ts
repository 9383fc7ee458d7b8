import assert from "node:assert/strict";
import { it } from "node:test";
import type { Result } from "./outcome-tracker.ts";
import { formatEnd, formatSummary, isAsExpected, type Paint } from "./print-results.ts";
import type { Expected } from "./submission.ts";

const plain: Paint = (_colour, text) => text;
const marked: Paint = (colour, text) => `<${colour}>${text}</${colour}>`;

function makeResult(name: string, expected: Expected, end: Result["end"]): Result {
  return {
    submission: { name, expected, content: { kind: "message", body: "{}" } },
    end,
    tookMs: end && 1234,
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
const isNothing = makeResult("outcome", { outcome: "none" }, { kind: "none", why: "no rule takes it" });
const isMissing = makeResult("late", { outcome: "succeeded" }, undefined);

it("only the expected outcome with the expected reason is as expected", () => {
  const otherReason = makeResult("x", { outcome: "failed", reason: "NotAllowed" }, fails.end);
  assert.deepEqual([succeeds, fails, isNothing, surprises, isMissing, otherReason].map(isAsExpected), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

it("an end is a line, and a failure says what to look at next", () => {
  assert.equal(formatEnd(succeeds, plain), "✔ to-queue: succeeded, now contact c-2 (1.23 s)");
  assert.equal(formatEnd(isNothing, plain), "✔ outcome: nothing, no rule takes it (1.23 s)");
  assert.equal(
    formatEnd(fails, plain),
    "✔ voice: failed, InvalidRequest: Not for VOICE (1.23 s)\n" +
      "    next: look at the contact in Connect; one that has ended cannot be transferred",
  );
});

it("the summary is a table that stays readable without colours", () => {
  assert.deepEqual(formatSummary([succeeds, fails, surprises, isNothing, isMissing], plain).split("\n"), [
    "  sample    expected                outcome    reason            time",
    "✔ to-queue  succeeded               succeeded                    1.23 s",
    "✔ voice     failed, InvalidRequest  failed     InvalidRequest    1.23 s",
    "✖ own       succeeded               failed     ResourceNotFound  1.23 s",
    "✔ outcome   none                    none                         1.23 s",
    "✖ late      succeeded               missing",
  ]);
});

it("colours tell what is as expected", () => {
  const [, expected = "", unexpected = ""] = formatSummary([succeeds, surprises], marked).split("\n");
  assert.match(expected, /^<green>✔<\/green> to-queue/);
  assert.match(unexpected, /^<red>✖<\/red> <red>own .*<\/red>$/);
});
