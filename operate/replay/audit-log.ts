import { closeSync, openSync, writeSync } from "node:fs";
import { UsageError } from "../../cli/errors.ts";

/** Who runs the command: the AWS identity and the local user. */
export interface Operator {
  readonly aws: string;
  readonly local: string;
}

/** A run; every line of the audit file has its id. */
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
 * Appends to the audit file, one JSON object per line, before the next step. It must be writable before anything is
 * changed. @throws UsageError if it is not
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
      `Cannot write the audit file ${file} (${code}); name another one with --audit FILE.`,
      {
        cause: error,
      },
    );
  }
}
