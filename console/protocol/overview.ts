import type { CommandLine } from "./session.ts";

/** How old a figure is, and how complete. */
export interface Freshness {
  readonly source: LetterSource;
  readonly readAt: number;
  /** The log: from when on. */
  readonly since?: number;
  /** Why there may be more. */
  readonly mayBeMore?: string;
}

/** `log`: failures of 30 days; some may have been replayed or discarded since. `queue`: what was there at `readAt`. */
export type LetterSource = "log" | "queue";

/** Failures of one cause. */
export interface Cause {
  /** For `LetterFilter.cause` and the address. */
  readonly id: string;
  readonly reason: string;
  /** What is wrong: the JSON pointer of the first violation, or the name of the error. */
  readonly detail?:
    | { readonly kind: "violation"; readonly path: string }
    | { readonly kind: "error"; readonly name: string };
  /** Where the contact was to go. */
  readonly place?: { readonly kind: "queue" | "user" | "flow"; readonly id: string };
  /** The producer. */
  readonly source?: string;
}

export interface Group extends Cause {
  /** An example, in the words of the failure. */
  readonly message: string;
  /** In the dead-letter queue when it was read; undefined if it has not been read. */
  readonly inQueue?: number;
  /** In the outcome log; undefined without one. */
  readonly failures?: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Failures per hour of the last 24 hours, the oldest first: 24 numbers. The last one is the hour that has not ended. */
  readonly perHour: readonly number[];
  /** Failures per day of the last 14 days: 14 numbers. */
  readonly perDay: readonly number[];
  /** It appeared within the last 24 hours. */
  readonly isNew: boolean;
  /** So many may have transferred their contact: in the queue, or in the log if the queue has not been read. */
  readonly unknown: number;
  /** So many failed again after a replay. */
  readonly cameBack: number;
  /** When SQS deletes the first of those in the queue; undefined if the queue has not been read. */
  readonly expiresAt?: number;
  readonly meaning: string;
  readonly nextStep: string;
  readonly listCommand: CommandLine;
}

export interface Overview {
  /** The most recent failure first. */
  readonly groups: readonly Group[];
  /** Of the log, of the queue, or of both; empty if nothing has been read yet. */
  readonly freshness: readonly Freshness[];
  /** The log is being read for the first time: ask again in a moment. */
  readonly isReadingLog: boolean;
  /** Why the log could not be read. */
  readonly logError?: string;
  readonly total: { readonly inQueue?: number; readonly failures?: number };
}
