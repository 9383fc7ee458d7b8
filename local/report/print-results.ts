import { formatTable } from "../../cli/print/table.ts";
import { describeReason } from "../../events/failure-reasons.ts";
import type { Expected } from "../input/test-event.ts";
import type { Outcome } from "../outcomes/outcome.ts";
import type { Result } from "../outcomes/outcome-tracker.ts";
import { count } from "./describe-progress.ts";

/** Colors a text, or returns it unchanged. */
export type Paint = (color: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

export function isAsExpected({ testEvent: { expected }, ending }: Result): boolean {
  if (!ending || ending.kind !== expected.outcome) return false;
  return ending.kind !== "failed" || (expected.outcome === "failed" && ending.reason === expected.reason);
}

/** Writes outcomes as text. The next step after a failure is the same for each reason, so it is written once. */
export class OutcomeText {
  readonly #paint: Paint;
  readonly #advised = new Set<string>();

  constructor(paint: Paint) {
    this.#paint = paint;
  }

  /** What became of an event that was sent. */
  ofResult(result: Result): string {
    const { testEvent, ending, tookMs } = result;
    const isExpected = isAsExpected(result);
    const mark = isExpected ? this.#paint("green", "✔") : this.#paint("red", "✖");
    const time = this.#paint("dim", `(${formatTime(tookMs)})`);
    if (!ending || ending.kind === "none") {
      return `${mark} ${testEvent.name}: ${this.#paint("yellow", "nothing")}, ${ending?.why ?? "yet"} ${time}`;
    }
    return `${mark} ${this.ofOutcome(testEvent.name, ending, { suffix: ` ${time}`, isExpected })}`;
  }

  /** One line, below it everything that is wrong with an invalid intent, and the next step. */
  ofOutcome(name: string, outcome: Outcome, { suffix = "", isExpected = false } = {}): string {
    const paint = this.#paint;
    if (outcome.kind === "succeeded") {
      const { newContactId, transfer, isShadow } = outcome;
      const what = isShadow ? paint("yellow", "would be transferred (shadow)") : paint("green", "succeeded");
      const now = isShadow ? [] : [`now contact ${newContactId}`];
      return `${name}: ${[what, ...(transfer === undefined ? [] : [transfer]), ...now].join(", ")}${suffix}`;
    }
    const { reason, message, violations = [] } = outcome;
    const failed = isExpected ? paint("yellow", "failed as expected") : paint("red", "failed");
    const advice = this.#advised.has(reason) ? [] : [`next: ${describeReason(reason).nextStep}`];
    this.#advised.add(reason);
    return [
      `${name}: ${failed}, ${reason}: ${message}${suffix}`,
      ...violations.map((violation) => `    - ${violation}`),
      ...advice.map((text) => `    ${paint("dim", text)}`),
    ].join("\n");
  }
}

/** With more events, a table of all would bury those that matter. */
const mostRows = 50;
const namedEvents = 10;

/** The table after all events have ended; of many, how many ended in which way. */
export function formatSummary(results: readonly Result[], paint: Paint, width?: number): string {
  if (results.length > mostRows) return summarizeMany(results, paint, width);
  const table = results.map((result) => ({
    isExpected: isAsExpected(result),
    cells: [result.testEvent.name, ...endingCells(result), formatTime(result.tookMs)],
  }));
  return formatMarked(["event", "expected", "outcome", "reason", "time"], table, results, paint, width);
}

function summarizeMany(results: readonly Result[], paint: Paint, width?: number): string {
  const groups = Map.groupBy(results, (result) => JSON.stringify(endingCells(result)));
  const table = Array.from(groups.values(), (same) => {
    const [first] = same;
    return {
      isExpected: first !== undefined && isAsExpected(first),
      cells: [count(same.length), ...(first ? endingCells(first) : [])],
    };
  });
  const unexpected = results.filter((result) => !isAsExpected(result)).map(({ testEvent }) => testEvent.name);
  const more = unexpected.length - namedEvents;
  const names = [...unexpected.slice(0, namedEvents), ...(more > 0 ? [`${count(more)} more`] : [])];
  return [
    formatMarked(["events", "expected", "outcome", "reason"], table, results, paint, width),
    ...(unexpected.length > 0 ? [`Not as expected: ${names.join(", ")}`] : []),
  ].join("\n");
}

function endingCells({ testEvent: { expected }, ending }: Result): string[] {
  return [
    formatExpected(expected),
    ending?.kind ?? "missing",
    ending?.kind === "failed" ? ending.reason : "",
  ];
}

interface MarkedRow {
  readonly isExpected: boolean;
  readonly cells: readonly string[];
}

/** A mark before each row. What was expected, the second column, is left out if it was success throughout. */
function formatMarked(
  header: readonly string[],
  rows: readonly MarkedRow[],
  results: readonly Result[],
  paint: Paint,
  width?: number,
): string {
  const hasExpectations = results.some(({ testEvent: { expected } }) => expected.outcome !== "succeeded");
  const shown = [header, ...rows.map(({ cells }) => cells)].map((cells) =>
    hasExpectations ? cells : cells.toSpliced(1, 1),
  );
  const [head = "", ...lines] = formatTable(shown, width && width - 2).split("\n");
  return [
    `  ${paint("bold", head)}`,
    ...rows.map(({ isExpected }, index) => {
      const line = lines[index] ?? "";
      return isExpected ? `${paint("green", "✔")} ${line}` : `${paint("red", "✖")} ${paint("red", line)}`;
    }),
  ].join("\n");
}

function formatExpected(expected: Expected): string {
  return expected.outcome === "failed" ? `failed, ${expected.reason}` : expected.outcome;
}

function formatTime(tookMs: number | undefined): string {
  return tookMs === undefined ? "" : `${(tookMs / 1000).toFixed(2)} s`;
}
