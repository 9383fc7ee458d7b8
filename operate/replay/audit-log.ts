import { closeSync, openSync, writeSync } from "node:fs";
import { UsageError } from "../../cli/errors.ts";

/** Who does it: the AWS identity, and who sits at the machine. */
export interface Operator {
  readonly aws: string;
  readonly local: string;
}

/** What a run is about; every line of it carries its number. */
export interface AuditedRun {
  readonly run: string;
  readonly command: string;
  readonly operator: Operator;
  readonly deadLetterQueueUrl?: string;
  readonly intentQueueUrl?: string;
  /** As given on the command line. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What is done to one dead letter, or to one line of a file. */
export interface Change {
  readonly action: "replayed" | "deleted" | "kept" | "discarding" | "imported";
  readonly [fact: string]: unknown;
}

export interface AuditLog extends Disposable {
  write(changes: readonly Change[]): void;
}

/**
 * Appends to the audit file, one JSON object a line, on the disk before the next step is taken. It must be writable before
 * anything is changed. @throws UsageError where it is not
 */
export function openAuditLog(file: string, { run, ...about }: AuditedRun, now: () => number): AuditLog {
  const descriptor = openForAppending(file);
  const append = (entries: readonly object[]) => {
    const at = new Date(now()).toISOString();
    writeSync(descriptor, entries.map((entry) => `${JSON.stringify({ at, run, ...entry })}\n`).join(""));
  };
  append([{ action: "begin", ...about }]);
  return {
    write: append,
    [Symbol.dispose]() {
      append([{ action: "end" }]);
      closeSync(descriptor);
    },
  };
}

function openForAppending(file: string): number {
  try {
    return openSync(file, "a", 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `The audit file ${file} cannot be written (${code}); name another one with --audit FILE.`,
      {
        cause: error,
      },
    );
  }
}
