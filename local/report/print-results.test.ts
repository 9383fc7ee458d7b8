import assert from "node:assert/strict";
import { it } from "node:test";
import type { Expected } from "../input/test-event.ts";
import type { Result } from "../outcomes/outcome-tracker.ts";
import { formatSummary, isAsExpected, OutcomeText, type Paint } from "./print-results.ts";

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
const isNothing = makeResult("outcome", { outcome: "none" }, { kind: "none", why: "no rule takes it" });
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

it("a result is one line, and a failure adds the next step once for each reason", () => {
  const text = new OutcomeText(plain);
  assert.equal(text.ofResult(succeeds), "✔ to-queue: succeeded, now contact c-2 (1.23 s)");
  assert.equal(text.ofResult(isNothing), "✔ outcome: nothing, no rule takes it (1.23 s)");
  const line = "✔ voice: failed as expected, InvalidRequest: Not for VOICE (1.23 s)";
  const nextStep = "    next: look at the contact in Connect; one that has ended cannot be transferred";
  assert.equal(text.ofResult(fails), `${line}\n${nextStep}`);
  assert.equal(text.ofResult(fails), line);
});

it("a success shows where the contact went, and in shadow mode that it did not", () => {
  const text = new OutcomeText(plain);
  const outcome = { kind: "succeeded", newContactId: "c-2", transfer: "task-1 → queue-seniors" } as const;
  assert.equal(text.ofOutcome("a", outcome), "a: succeeded, task-1 → queue-seniors, now contact c-2");
  assert.equal(
    text.ofOutcome("a", { ...outcome, isShadow: true }),
    "a: would be transferred (shadow), task-1 → queue-seniors",
  );
});

it("a failure lists everything that is wrong", () => {
  const violations = ["detail/contactId is missing", "detail/contactFlowId is missing"];
  const outcome = { kind: "failed", reason: "NoText", message: "two are missing", violations } as const;
  assert.equal(
    new OutcomeText(plain).ofOutcome("a", outcome).split("\n").slice(0, 3).join("\n"),
    `a: failed, NoText: two are missing\n    - ${violations[0]}\n    - ${violations[1]}`,
  );
});

it("the summary is a table that is readable without colors", () => {
  assert.deepEqual(formatSummary([succeeds, fails, surprises, isNothing, isMissing], plain).split("\n"), [
    "  event     expected                outcome    reason            time",
    "✔ to-queue  succeeded               succeeded                    1.23 s",
    "✔ voice     failed, InvalidRequest  failed     InvalidRequest    1.23 s",
    "✖ own       succeeded               failed     ResourceNotFound  1.23 s",
    "✔ outcome   none                    none                         1.23 s",
    "✖ late      succeeded               missing",
  ]);
});

it("the summary has no column of what was expected if that was success throughout", () => {
  assert.deepEqual(formatSummary([succeeds, surprises], plain).split("\n"), [
    "  event     outcome    reason            time",
    "✔ to-queue  succeeded                    1.23 s",
    "✖ own       failed     ResourceNotFound  1.23 s",
  ]);
});

it("the summary of many counts how they ended, and names what was not expected", () => {
  const many = Array.from({ length: 2_000 }, () => succeeds);
  const wrong = Array.from({ length: 12 }, (_, index) => ({
    ...surprises,
    testEvent: { ...surprises.testEvent, name: `own:${index + 1}` },
  }));
  assert.deepEqual(formatSummary([...many, ...wrong, isMissing], plain).split("\n"), [
    "  events  outcome    reason",
    "✔ 2,000   succeeded",
    "✖ 12      failed     ResourceNotFound",
    "✖ 1       missing",
    `Not as expected: ${Array.from({ length: 10 }, (_, index) => `own:${index + 1}`).join(", ")}, 3 more`,
  ]);
  assert.match(
    formatSummary([...many, fails], plain),
    /^✔ 1 +failed, InvalidRequest +failed +InvalidRequest$/m,
  );
});

it("colors show whether a result was expected", () => {
  const [, expected = "", unexpected = ""] = formatSummary([succeeds, surprises], marked).split("\n");
  assert.match(expected, /^<green>✔<\/green> to-queue/);
  assert.match(unexpected, /^<red>✖<\/red> <red>own .*<\/red>$/);
});
