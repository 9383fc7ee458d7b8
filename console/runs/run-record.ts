import { byAction } from "../letters/verdict-of.ts";
import type { JudgedRow } from "../protocol/plans.ts";
import type { Fate, ResolvedRow, Run, RunReport, RunState } from "../protocol/runs.ts";
import type { FateReader, KnownFate, Sent } from "./fates.ts";
import { RunControl } from "./run-control.ts";

const finalStates: readonly RunState[] = ["done", "failed", "cancelled"];
/** How many failures a run names. */
const maxNamed = 20;
const reportRows = 200;
const judgedRows = 200;
const readEveryMs = 1_000;

/** A run as the page sees it, and what it has sent. */
export class RunRecord {
  readonly control = new RunControl();
  readonly sent: Sent[] = [];
  #run: Run;
  readonly #now: () => number;
  readonly #fates: FateReader | undefined;
  readonly #judged = new Map<string, ResolvedRow>();
  #fatesReadAt = 0;

  constructor(
    run: Omit<Run, "revision" | "done" | "skipped" | "failed" | "failures" | "canUndo" | "selected">,
    now: () => number,
    fates?: FateReader,
  ) {
    this.#run = {
      ...run,
      revision: 1,
      selected: 0,
      done: 0,
      skipped: 0,
      failed: 0,
      failures: [],
      canUndo: false,
    };
    this.#now = now;
    this.#fates = fates;
  }

  get isOver(): boolean {
    return finalStates.includes(this.#run.state);
  }

  get run(): Run {
    return this.#run;
  }

  update(change: Partial<Run>): void {
    this.#run = { ...this.#run, ...change, revision: this.#run.revision + 1 };
  }

  count(counted: "done" | "skipped" | "failed", by = 1): void {
    this.update({ [counted]: this.#run[counted] + by });
  }

  fail(id: string, why: string): void {
    this.count("failed");
    const { failures } = this.#run;
    if (failures.length < maxNamed) this.update({ failures: [...failures, { id, why }] });
  }

  /** Keeps a verdict for the report. A later one replaces it. */
  judge(row: JudgedRow): void {
    this.#judged.set(row.id, row);
  }

  /** What was done with letters that were judged. */
  resolve(ids: readonly string[], done: ResolvedRow["done"]): void {
    for (const id of ids) {
      const row = this.#judged.get(id);
      if (row) this.#judged.set(id, { ...row, done });
    }
  }

  end(state: "done" | "failed" | "cancelled", message?: string): void {
    this.update({
      state,
      message: message ?? this.#run.message,
      endedAt: this.#now(),
      secondsLeft: undefined,
    });
  }

  /** What became of what was sent so far. */
  fates(): { readonly sent: Sent; readonly known: KnownFate }[] {
    const reader = this.#fates;
    return reader ? this.sent.map((sent) => ({ sent, known: reader.fateOf(sent) })) : [];
  }

  /** Reads what is new about the fate of what was sent, unless all of it is known or it was read a moment ago. */
  async refreshFates(): Promise<void> {
    if (!this.#fates || this.#now() - this.#fatesReadAt < readEveryMs) return;
    if (this.fates().every(({ known }) => known.fate !== "waiting")) return this.#showFates();
    await this.#fates.refresh(this.sent);
    this.#fatesReadAt = this.#now();
    this.#showFates();
  }

  report(cursor: number): RunReport {
    const rows = this.fates().map(({ sent, known }) => ({
      clientToken: sent.facts.clientToken,
      intentId: sent.facts.intentId,
      id: sent.group.letters[0].messageId,
      newMessageId: sent.messageId,
      sentAt: sent.replayedAt,
      ...known,
    }));
    const sorted = rows.toSorted((a, b) => urgency[a.fate] - urgency[b.fate] || b.sentAt - a.sentAt);
    const end = cursor + reportRows;
    return {
      rows: sorted.slice(cursor, end),
      nextCursor: end < sorted.length ? String(end) : undefined,
      judged: this.#judged.size > 0 ? this.#resolvedRows() : undefined,
    };
  }

  #resolvedRows(): readonly ResolvedRow[] {
    const failedFirst = (a: ResolvedRow, b: ResolvedRow) =>
      Number(b.done === "failed") - Number(a.done === "failed") || byAction(a, b);
    return [...this.#judged.values()].sort(failedFirst).slice(0, judgedRows);
  }

  #showFates(): void {
    if (this.sent.length === 0) return;
    const fates = this.fates().map(({ known }) => known);
    const count = (fate: Fate) => fates.filter((known) => known.fate === fate).length;
    const failed = fates.filter(({ fate }) => fate === "failed again");
    const reasons = Map.groupBy(failed, ({ reason = "unknown" }) => reason);
    this.update({
      fates: {
        transferred: count("transferred"),
        failedAgain: failed.length,
        notFailed: count("not failed"),
        waiting: count("waiting"),
        readAt: this.#fatesReadAt,
        failedAgainAs: Array.from(reasons, ([reason, { length }]) => ({ reason, count: length })),
      },
    });
  }
}

/** What needs a person comes first. */
const urgency: Readonly<Record<Fate, number>> = {
  "failed again": 0,
  waiting: 1,
  "not failed": 2,
  transferred: 3,
};
