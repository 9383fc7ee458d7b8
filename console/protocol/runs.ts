import type { DiscardRequest, JudgedRow, ReplayRequest, ResolveRequest } from "./plans.ts";
import type { CommandLine } from "./session.ts";

export type RunRequest =
  | {
      readonly kind: "replay";
      readonly request: ReplayRequest;
      /** Typed in by the operator, for the audit file. */
      readonly why: string;
      /** First 1, then 10, then the rest. It pauses after a step until the fate of its messages is known, and stops if any comes back. @default true */
      readonly canary?: boolean;
    }
  | { readonly kind: "discard"; readonly request: DiscardRequest; readonly why: string }
  | { readonly kind: "resolve"; readonly request: ResolveRequest; readonly why: string };

/**
 * `selecting`: the queue is read. `sending`, `discarding`, `importing`: messages move. `asking`: Connect is read. `resolving`: what that has
 * proven is published or sent. `watching`: a step has been sent, and its fate is awaited.
 * `paused`: by the operator. `held`: letters of a step came back, or their fate stayed unknown for too long; the operator resumes or cancels.
 * `done`, `failed`, `cancelled` are final.
 */
export type RunState =
  | "selecting"
  | "asking"
  | "resolving"
  | "sending"
  | "watching"
  | "paused"
  | "held"
  | "discarding"
  | "importing"
  | "done"
  | "failed"
  | "cancelled";

export interface Run {
  readonly id: string;
  readonly kind: "replay" | "discard" | "resolve" | "import";
  readonly state: RunState;
  /** Increases with each change. */
  readonly revision: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly why: string;
  readonly operator: string;
  readonly commandLine: CommandLine;
  readonly selected: number;
  /** Sent, deleted, resolved or imported so far. */
  readonly done: number;
  readonly skipped: number;
  /** Not confirmed as sent, deleted or imported. */
  readonly failed: number;
  readonly perSecond?: number;
  readonly secondsLeft?: number;
  /** Of a canary: which step, of how many; the messages up to its end. */
  readonly step?: { readonly number: number; readonly of: number; readonly until: number };
  /** Of a resolve: how many contacts Connect has been asked about, and what was done so far. */
  readonly resolved?: { readonly asked: number; readonly published: number; readonly replayed: number };
  /** Of a replay or a resolve: what became of what was sent. */
  readonly fates?: Fates;
  /** Why it is held, or ended early: a sentence. */
  readonly message?: string;
  /** Why some failed, the first few. */
  readonly failures: readonly { readonly id: string; readonly why: string }[];
  /** Of a discard: the file that has them. Undo is possible while `canUndo`. */
  readonly file?: string;
  readonly canUndo: boolean;
  readonly mayBeMore?: string;
}

export interface Fates {
  readonly transferred: number;
  readonly failedAgain: number;
  /** Without an outcome log: processed, and not in the dead-letter queue again. */
  readonly notFailed?: number;
  /** Not known yet. */
  readonly waiting: number;
  readonly readAt: number;
  /** The reasons of those that failed again. */
  readonly failedAgainAs: readonly { readonly reason: string; readonly count: number }[];
}

export type Fate = "transferred" | "failed again" | "not failed" | "waiting";

export interface RunReport {
  readonly rows: readonly {
    readonly clientToken?: string;
    readonly intentId?: string;
    /** Of the dead letter. */
    readonly id: string;
    readonly newMessageId: string;
    readonly sentAt: number;
    readonly fate: Fate;
    /** Of `failed again`. */
    readonly reason?: string;
    readonly message?: string;
    /** Of `transferred`: the contact that it became. */
    readonly newContactId?: string;
    readonly endedAt?: number;
  }[];
  readonly nextCursor?: string;
  /** Of a resolve: at most 200, those that something is done with first. */
  readonly judged?: readonly ResolvedRow[];
}

export interface ResolvedRow extends JudgedRow {
  /** Undefined if nothing was done with it, or nothing yet. */
  readonly done?: "published" | "replayed" | "failed";
}
