import { randomUUID } from "node:crypto";
import { privateFile } from "../../operate/files/private-folder.ts";
import { createLetterFile } from "../../operate/files/write-letter-file.ts";
import type { AuditLog, Operator } from "../../operate/replay/audit-log.ts";
import { publishSettings } from "../../operate/resolve/carry-out.ts";
import { openAudit, type Session } from "../../operate/session.ts";
import { replayOptions, selectionOptions, type WriteCommand } from "../command-line.ts";
import type { FailureLog } from "../letters/failure-log.ts";
import type { QueueReader } from "../letters/queue-reader.ts";
import type { SuccessLog } from "../now/success-log.ts";
import type { Run, RunReport, RunRequest } from "../protocol/runs.ts";
import { ApiRefusal } from "../server/errors.ts";
import { type FateReader, fatesFromLog, fatesFromQueue } from "./fates.ts";
import { runDiscard, runImport } from "./run-discard.ts";
import { RunRecord } from "./run-record.ts";
import { runReplay } from "./run-replay.ts";
import { runResolve } from "./run-resolve.ts";

export interface RunsDeps {
  readonly session: Session;
  readonly auditFile: string;
  readonly queue: QueueReader;
  /** Both undefined without an outcome log. */
  readonly failures?: FailureLog;
  readonly successes?: SuccessLog;
  readonly write: WriteCommand;
  /** Says something to the operator when there is no page any more. */
  readonly note: (text: string) => void;
}

const doneTexts = {
  replay: "replayed",
  discard: "deleted",
  resolve: "resolved",
  import: "imported",
} as const;

/** What the operator does in this console: one run at a time, each in the audit file with who, when and why. */
export class Runs {
  readonly #deps: RunsDeps;
  readonly #records = new Map<string, RunRecord>();
  #underWay: Promise<void> | undefined;

  constructor(deps: RunsDeps) {
    this.#deps = deps;
  }

  /** The last one first. */
  all(): readonly Run[] {
    return Array.from(this.#records.values(), ({ run }) => run).reverse();
  }

  get isBusy(): boolean {
    return this.#underWay !== undefined;
  }

  /** Reads first what became of what the run has sent. */
  async get(id: string): Promise<Run> {
    const record = this.#find(id);
    await this.#refresh(record);
    return record.run;
  }

  async report(id: string, cursor: number): Promise<RunReport> {
    const record = this.#find(id);
    await this.#refresh(record);
    return record.report(cursor);
  }

  async start(asked: RunRequest): Promise<Run> {
    const operator = await this.#deps.session.operator();
    this.#refuseBusy();
    switch (asked.kind) {
      case "replay":
        return this.#startReplay(asked, operator);
      case "discard":
        return this.#startDiscard(asked, operator);
      case "resolve":
        return this.#startResolve(asked, operator);
    }
  }

  /** Imports what a discard has deleted. */
  async undo(id: string, why: string): Promise<Run> {
    const operator = await this.#deps.session.operator();
    this.#refuseBusy();
    const { file, canUndo } = this.#find(id).run;
    if (file === undefined || !canUndo) {
      throw new ApiRefusal(
        "WrongUse",
        "There is nothing to undo: the run deleted nothing, or it has been undone.",
      );
    }
    const commandLine = this.#deps.write(["dlq", "import", file], { yes: true });
    const record = this.#record({ kind: "import", state: "selecting", why, commandLine, file }, operator);
    return this.#begin(record, "import", { file }, async (audit) => {
      await runImport(file, { session: this.#deps.session, record, audit });
      if (record.run.state !== "failed") this.#find(id).update({ canUndo: false });
    });
  }

  pause(id: string): Run {
    return this.#steer(id, ["asking", "resolving", "sending", "watching"], (record) => {
      record.control.pause();
      record.update({ state: "paused" });
    });
  }

  resume(id: string): Run {
    return this.#steer(id, ["paused", "held", "watching"], (record) => record.control.resume());
  }

  cancel(id: string): Run {
    const steer = (record: RunRecord) => record.control.cancel();
    return this.#steer(id, cancellable, steer);
  }

  /** Ends the run under way after its batch, and says what it has done. */
  async close(): Promise<void> {
    const underWay = [...this.#records.values()].filter(({ isOver }) => !isOver);
    for (const { control } of underWay) control.cancel();
    await this.#underWay;
    for (const { run } of underWay) {
      const { kind, done, selected, failed } = run;
      const unsure = failed > 0 ? `, ${failed} not confirmed` : "";
      this.#deps.note(
        `The ${kind} ended early: ${done} of ${selected} ${doneTexts[kind]}${unsure}. ${this.#deps.auditFile} names them.`,
      );
    }
  }

  #startReplay({ request, why, canary = true }: RunRequest & { kind: "replay" }, operator: Operator): Run {
    const { session, queue, write } = this.#deps;
    const commandLine = write(["dlq", "replay"], { ...replayOptions(request), yes: true, follow: true });
    const record = this.#record(
      { kind: "replay", state: "selecting", why, commandLine },
      operator,
      this.#fates(),
    );
    return this.#begin(record, "replay", { ...request, canary }, (audit) => {
      const onGone = (ids: readonly string[]) => queue.snapshot?.index.remove(ids);
      return runReplay(request, canary, { session, record, audit, onGone });
    });
  }

  #startDiscard({ request, why }: RunRequest & { kind: "discard" }, operator: Operator): Run {
    const { session, queue, write } = this.#deps;
    const file = discardFile(session.clock.now());
    const options = { ...selectionOptions(request.selection), to: file, yes: true };
    const commandLine = write(["dlq", "discard"], options);
    const record = this.#record({ kind: "discard", state: "selecting", why, commandLine }, operator);
    return this.#begin(record, "discard", { ...request, file }, async (audit) => {
      using letterFile = createLetterFile(file);
      const gone = await runDiscard(request, { session, record, audit, file: letterFile });
      queue.snapshot?.index.remove(gone);
    });
  }

  #startResolve({ request, why }: RunRequest & { kind: "resolve" }, operator: Operator): Run {
    const { session, queue, write } = this.#deps;
    publishSettings(session);
    const commandLine = write(["dlq", "resolve"], { ...selectionOptions(request.selection), yes: true });
    const about = { kind: "resolve", state: "selecting", why, commandLine } as const;
    const record = this.#record(about, operator, this.#fates());
    return this.#begin(record, "resolve", request, (audit) => {
      const onGone = (ids: readonly string[]) => queue.snapshot?.index.remove(ids);
      return runResolve(request, { session, record, audit, onGone });
    });
  }

  #fates(): FateReader {
    const { session, failures, successes } = this.#deps;
    return failures && successes ? fatesFromLog(failures, successes) : fatesFromQueue(session);
  }

  #record(
    about: Pick<Run, "kind" | "state" | "why" | "commandLine" | "file">,
    operator: Operator,
    fates?: FateReader,
  ): RunRecord {
    const { session } = this.#deps;
    const { now } = session.clock;
    const run = {
      id: randomUUID(),
      startedAt: now(),
      operator: `${operator.aws} (${operator.local})`,
      ...about,
    };
    const record = new RunRecord(run, now, fates);
    this.#records.set(run.id, record);
    return record;
  }

  /** Runs the work with the audit file open, and ends the record as the work has ended. */
  #begin(record: RunRecord, command: string, options: object, work: (audit: AuditLog) => Promise<void>): Run {
    const { session, auditFile } = this.#deps;
    const run = async () => {
      const { id: runId, why } = record.run;
      const audited = { ...session, newRunId: () => runId };
      using audit = await openAudit(audited, auditFile, command, { ...options, why, by: "console" });
      // Awaited here: the file must not be closed before.
      await work(audit);
    };
    this.#underWay = run()
      .then(() => {
        if (record.isOver) return;
        record.end(record.control.cancelled.aborted ? "cancelled" : "done");
      })
      .catch((error) => record.end("failed", (error as Error).message))
      .finally(() => {
        this.#underWay = undefined;
      });
    return record.run;
  }

  #steer(id: string, from: readonly Run["state"][], steer: (record: RunRecord) => void): Run {
    const record = this.#find(id);
    if (!from.includes(record.run.state)) {
      throw new ApiRefusal("WrongUse", `The run is ${record.run.state}: that is not possible now.`);
    }
    steer(record);
    return record.run;
  }

  #find(id: string): RunRecord {
    const record = this.#records.get(id);
    if (record) return record;
    throw new ApiRefusal(
      "NoSuchRun",
      `This console knows no such run: it forgets its runs when the program ends. ${this.#deps.auditFile} has what they did, and the list of dead letters what is left.`,
    );
  }

  async #refresh(record: RunRecord): Promise<void> {
    await record.refreshFates().catch((error) => record.update({ message: (error as Error).message }));
  }

  #refuseBusy(): void {
    if (this.isBusy)
      throw new ApiRefusal("Busy", "Another run is under way: cancel it, or wait for its end.");
    if (this.#deps.queue.isReading)
      throw new ApiRefusal("Busy", "The dead-letter queue is being read: wait for its end.");
  }
}

const cancellable = [
  "selecting",
  "asking",
  "resolving",
  "sending",
  "watching",
  "paused",
  "held",
  "discarding",
  "importing",
] as const;

/** Where a discard writes the letters before it deletes them. */
export function discardFile(now: number): string {
  return privateFile(`discarded-${new Date(now).toISOString().replaceAll(/[:.]/g, "-")}.jsonl`);
}
