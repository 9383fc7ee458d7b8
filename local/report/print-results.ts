import { formatTable } from "../../cli/table.ts";
import { describeReason } from "../../events/failure-reasons.ts";
import type { Expected } from "../input/test-event.ts";
import type { Outcome } from "../outcomes/outcome.ts";
import type { Result } from "../outcomes/outcome-tracker.ts";

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

/** The table after all events have ended. What was expected is a column if it was not the same for all. */
export function formatSummary(results: readonly Result[], paint: Paint, width?: number): string {
  const hasExpectations = results.some(({ testEvent: { expected } }) => expected.outcome !== "succeeded");
  const optional = (text: string) => (hasExpectations ? [text] : []);
  const rows = results.map((result) => [
    result.testEvent.name,
    ...optional(formatExpected(result.testEvent.expected)),
    result.ending?.kind ?? "missing",
    result.ending?.kind === "failed" ? result.ending.reason : "",
    formatTime(result.tookMs),
  ]);
  const header = ["event", ...optional("expected"), "outcome", "reason", "time"];
  const [head = "", ...lines] = formatTable([header, ...rows], width && width - 2).split("\n");
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
