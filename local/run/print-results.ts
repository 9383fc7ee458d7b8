import { describeReason } from "../../events/failure-reasons.ts";
import type { Outcome } from "./outcome.ts";
import type { Result } from "./outcome-tracker.ts";
import type { Expected } from "./submission.ts";

/** Colours a text; the plain one returns it as it is. */
export type Paint = (colour: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

/** Whether it ended as it was expected to. */
export function isAsExpected({ submission: { expected }, end }: Result): boolean {
  if (!end || end.kind !== expected.outcome) return false;
  return end.kind !== "failed" || (expected.outcome === "failed" && end.reason === expected.reason);
}

/** A line for an end as it comes, and below a failure a line with what to look at next. */
export function formatEnd(result: Result, paint: Paint): string {
  const { submission, end, tookMs } = result;
  const mark = isAsExpected(result) ? paint("green", "✔") : paint("red", "✖");
  const time = paint("dim", `(${formatTime(tookMs)})`);
  if (!end || end.kind === "none") {
    return `${mark} ${submission.name}: ${paint("yellow", "nothing")}, ${end?.why ?? "yet"} ${time}`;
  }
  return `${mark} ${formatOutcome(submission.name, end, paint, time)}`;
}

/** An outcome by the name of its intent. */
export function formatOutcome(name: string, outcome: Outcome, paint: Paint, suffix = ""): string {
  if (outcome.kind === "succeeded") {
    return `${name}: ${paint("green", "succeeded")}, now contact ${outcome.newContactId} ${suffix}`.trimEnd();
  }
  const { reason, message } = outcome;
  const line = `${name}: ${paint("red", "failed")}, ${reason}: ${message} ${suffix}`.trimEnd();
  return `${line}\n    ${paint("dim", `next: ${describeReason(reason).nextStep}`)}`;
}

/** The table at the end. */
export function formatSummary(results: readonly Result[], paint: Paint): string {
  const rows = results.map((result) => [
    result.submission.name,
    formatExpected(result.submission.expected),
    result.end?.kind ?? "missing",
    result.end?.kind === "failed" ? result.end.reason : "",
    formatTime(result.tookMs),
  ]);
  const head = ["sample", "expected", "outcome", "reason", "time"];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    `  ${paint("bold", line(head))}`,
    ...rows.map((row, index) => {
      const result = results[index];
      return result && isAsExpected(result)
        ? `${paint("green", "✔")} ${line(row)}`
        : `${paint("red", "✖")} ${paint("red", line(row))}`;
    }),
  ].join("\n");
}

function formatExpected(expected: Expected): string {
  return expected.outcome === "failed" ? `failed, ${expected.reason}` : expected.outcome;
}

function formatTime(tookMs: number | undefined): string {
  return tookMs === undefined ? "" : `${(tookMs / 1000).toFixed(2)} s`;
}
