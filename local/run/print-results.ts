import { formatTable } from "../../cli/table.ts";
import { describeReason } from "../../events/failure-reasons.ts";
import type { Outcome } from "./outcome.ts";
import type { Result } from "./outcome-tracker.ts";
import type { Expected } from "./test-event.ts";

/** Colors a text, or returns it unchanged. */
export type Paint = (color: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

export function isAsExpected({ testEvent: { expected }, ending }: Result): boolean {
  if (!ending || ending.kind !== expected.outcome) return false;
  return ending.kind !== "failed" || (expected.outcome === "failed" && ending.reason === expected.reason);
}

/** One line, and below a failure a second one with the next step. */
export function formatEnding(result: Result, paint: Paint): string {
  const { testEvent, ending, tookMs } = result;
  const mark = isAsExpected(result) ? paint("green", "✔") : paint("red", "✖");
  const time = paint("dim", `(${formatTime(tookMs)})`);
  if (!ending || ending.kind === "none") {
    return `${mark} ${testEvent.name}: ${paint("yellow", "nothing")}, ${ending?.why ?? "yet"} ${time}`;
  }
  return `${mark} ${formatOutcome(testEvent.name, ending, paint, time)}`;
}

export function formatOutcome(name: string, outcome: Outcome, paint: Paint, suffix = ""): string {
  if (outcome.kind === "succeeded") {
    return `${name}: ${paint("green", "succeeded")}, now contact ${outcome.newContactId} ${suffix}`.trimEnd();
  }
  const { reason, message } = outcome;
  const line = `${name}: ${paint("red", "failed")}, ${reason}: ${message} ${suffix}`.trimEnd();
  return `${line}\n    ${paint("dim", `next: ${describeReason(reason).nextStep}`)}`;
}

/** The table after all events have ended. */
export function formatSummary(results: readonly Result[], paint: Paint): string {
  const rows = results.map((result) => [
    result.testEvent.name,
    formatExpected(result.testEvent.expected),
    result.ending?.kind ?? "missing",
    result.ending?.kind === "failed" ? result.ending.reason : "",
    formatTime(result.tookMs),
  ]);
  const [head = "", ...lines] = formatTable([
    ["sample", "expected", "outcome", "reason", "time"],
    ...rows,
  ]).split("\n");
  return [
    `  ${paint("bold", head)}`,
    ...results.map((result, index) => {
      const line = lines[index] ?? "";
      return isAsExpected(result)
        ? `${paint("green", "✔")} ${line}`
        : `${paint("red", "✖")} ${paint("red", line)}`;
    }),
  ].join("\n");
}

function formatExpected(expected: Expected): string {
  return expected.outcome === "failed" ? `failed, ${expected.reason}` : expected.outcome;
}

function formatTime(tookMs: number | undefined): string {
  return tookMs === undefined ? "" : `${(tookMs / 1000).toFixed(2)} s`;
}
