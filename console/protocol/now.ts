import type { RunState } from "./runs.ts";
import type { CommandLine } from "./session.ts";

export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly total: number;
}

export interface Now {
  readonly at: number;
  /** SQS's counts, which lag by up to a minute. */
  readonly deadLetters: QueueDepth;
  /** Undefined if the intent queue is not known. */
  readonly intents?: QueueDepth;
  readonly pace: {
    readonly transfersPerSecond: number;
    /** Intents that succeeded or failed, per second, in the last `minutes`; undefined without the function's log. */
    readonly endedPerSecond?: number;
    readonly minutes?: number;
    /** Nothing is transferred: the stack has `paused`. */
    readonly isPaused: boolean;
    /** Until the intent queue is worked off at `transfersPerSecond`. */
    readonly secondsAtQuota: number;
    /** The same at the pace that is seen; undefined if nothing ended. */
    readonly secondsAtPace?: number;
    /** Connect's pace and the causes of retries, the most frequent first. */
    readonly retried: readonly { readonly reason: string; readonly count: number; readonly since: number }[];
  };
  /** Per five minutes of the last six hours, the oldest first; undefined without an outcome log. */
  readonly outcomes?: {
    readonly startsAt: number;
    readonly bucketMs: number;
    readonly succeeded: readonly number[];
    readonly failed: readonly number[];
    readonly readAt: number;
  };
  readonly alarms: Alarms;
  /** Messages that this console hides from others now. */
  readonly lease?: { readonly letters: number; readonly since: number; readonly why: string };
  readonly reading?: Reading;
  /** The run under way, or the last one. */
  readonly run?: { readonly id: string; readonly state: RunState };
  /** What could not be read, and why. */
  readonly problems: readonly string[];
}

export type Alarms =
  | {
      readonly kind: "read";
      readonly readAt: number;
      readonly ringing: readonly Alarm[];
      readonly total: number;
    }
  | { readonly kind: "unknown"; readonly why: string };

export interface Alarm {
  readonly name: string;
  readonly since: number;
  /** What it means and what to do. */
  readonly description: string;
}

/** A reading of the dead-letter queue. Its letters are leased until it ends. */
export interface Reading {
  readonly state: "reading" | "done" | "failed";
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly seen: number;
  /** SQS's count when it began. */
  readonly expected: number;
  readonly error?: string;
  readonly mayBeMore?: string;
  readonly commandLine: CommandLine;
}
