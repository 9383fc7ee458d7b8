import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { cannotWrite } from "../files/new-file.ts";
import { ensurePrivateFolder } from "../files/private-folder.ts";
import { syncToDisk, type WriteBytes, writeAll } from "../files/write-all.ts";

/** Who runs the command: the AWS identity and the local user. */
export interface Operator {
  readonly aws: string;
  /** AWS could not say who it is, for now: `aws` says why. */
  readonly isUnknown?: true;
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

/** What is about to be done (`replaying`, `discarding`, `importing`), and what has been done. */
export interface Change {
  readonly action:
    | "replaying"
    | "replayed"
    | "deleted copy"
    | "kept"
    | "discarding"
    | "resolving"
    | "importing"
    | "imported";
  readonly [fact: string]: unknown;
}

export interface AuditLog extends Disposable {
  /** Returns when the lines are on the disk. @throws ToolError if they are not */
  write(changes: readonly Change[]): void;
}

/**
 * Appends to the audit file, one JSON object per line, on the disk before the next step. It must be writable before
 * anything is changed. @throws UsageError if it is not
 */
export function openAuditLog(
  file: string,
  { run, ...about }: AuditedRun,
  now: () => number,
  write?: WriteBytes,
): AuditLog {
  const descriptor = openForAppending(file);
  // A full disk or a kill may have cut the last line of an earlier run.
  let isCut = endsInALine(descriptor);
  const append = (entries: readonly object[]) => {
    if (entries.length === 0) return;
    const at = new Date(now()).toISOString();
    const lines = entries.map((entry) => `${JSON.stringify({ at, run, ...entry })}\n`).join("");
    const start = isCut ? "\n" : "";
    isCut = true;
    writeAll(descriptor, start + lines, `The audit file ${file}`, write);
    isCut = false;
    syncToDisk(descriptor, `The audit file ${file}`);
  };
  append([{ action: "begin", ...about }]);
  return {
    write: append,
    [Symbol.dispose]() {
      try {
        append([{ action: "end" }]);
      } catch {
        // The run has ended in any case, and has reported the first failure.
      }
      closeSync(descriptor);
    },
  };
}

function openForAppending(file: string): number {
  try {
    ensurePrivateFolder(file);
    return openSync(file, "a+", 0o600);
  } catch (error) {
    throw cannotWrite(`the audit file ${file}`, error, "name another one with --audit FILE.");
  }
}

function endsInALine(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last.toString() !== "\n";
}
