import type { Selection } from "./filters.ts";
import type { Verdict, Violation } from "./letters.ts";
import type { Freshness } from "./overview.ts";
import type { CommandLine } from "./session.ts";

/** One change to the envelope. `json` is the new value as JSON text (exact, also for large numbers); without it the member is removed. */
export interface Edit {
  /** A JSON pointer: `/detail/queueId`. */
  readonly path: string;
  readonly json?: string;
}

export interface ReplayRequest {
  readonly selection: Selection;
  readonly edits?: readonly Edit[];
  readonly renew?: boolean;
  readonly newIdentity?: boolean;
  readonly ignoreExpiresAt?: boolean;
  readonly includeInvalid?: boolean;
  readonly acceptUnknownEffect?: boolean;
  /** Asks Connect about each contact first and skips those that cannot succeed. */
  readonly check?: boolean;
  /** Messages per second. @default half of the function's rate */
  readonly perSecond?: number;
}

export interface DiscardRequest {
  readonly selection: Selection;
}

export interface Change {
  /** `detail.queueId`, or a JSON pointer if a name has a dot. */
  readonly path: string;
  /** JSON texts; undefined if the member is missing before or after. */
  readonly from?: string;
  readonly to?: string;
}

export interface ReplayPlan {
  readonly kind: "replay";
  readonly freshness: Freshness;
  readonly selected: number;
  /** Requests to send: copies of one request are sent once. */
  readonly toReplay: number;
  readonly merged: number;
  readonly skipped: readonly {
    readonly skipReason: string;
    readonly count: number;
    /** A sentence with what helps. */
    readonly why: string;
    readonly examples: readonly LetterName[];
  }[];
  /** With edits. The three add up to `selected`. */
  readonly edited?: {
    readonly changed: number;
    readonly unchanged: number;
    /** Changed into what the contract refuses. */
    readonly invalid: number;
    /** What is wrong in the first that become invalid. */
    readonly violations: readonly Violation[];
    /** Distinct differences, the most frequent first, at most 20. */
    readonly differences: readonly {
      readonly count: number;
      readonly example: LetterName;
      readonly changes: readonly Change[];
    }[];
    readonly moreDifferences: number;
  };
  /** What must be known before it is done: an unknown effect, another client token, a renewed age. `warning`: a contact may be transferred twice. */
  readonly notes: readonly { readonly kind: "note" | "warning"; readonly text: string }[];
  readonly perSecond: number;
  readonly seconds: number;
  /** The steps in which it is sent. */
  readonly steps: readonly number[];
  readonly assumed?: string;
  readonly commandLine: CommandLine;
}

export interface LetterName {
  readonly id: string;
  readonly intentId?: string;
}

export interface DiscardPlan {
  readonly kind: "discard";
  readonly freshness: Freshness;
  readonly selected: number;
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
  /** Where they are written before they are deleted. */
  readonly file: string;
  readonly commandLine: CommandLine;
}

/** Dead letters whose effect is unknown: what is proven is published or replayed, as `dlq resolve --yes` does. */
export interface ResolveRequest {
  readonly selection: Selection;
}

export interface ResolvePlanRequest extends ResolveRequest {
  /** Forgets what Connect has answered about this selection. */
  readonly again?: boolean;
}

/** What a resolve does with a dead letter: publishes Succeeded and deletes it, replays it, or leaves it. */
export type ResolveAction = "publish" | "replay" | "none";

export interface JudgedRow extends LetterName {
  readonly reason: string;
  readonly contactId?: string;
  readonly verdict: Verdict;
  readonly action: ResolveAction;
  /** Why an open contact is left alone. */
  readonly whyNotReplayed?: string;
}

/** The verdicts so far: Connect answers a few questions per second. The page asks again until `judged` is `unknown`, or `unread` says why not. */
export interface ResolvePlan {
  readonly kind: "resolve";
  readonly freshness: Freshness;
  readonly selected: number;
  /** Of those: with an unknown effect. */
  readonly unknown: number;
  readonly judged: number;
  readonly toPublish: number;
  readonly toReplay: number;
  /** Connect's reads may still lag behind their last request. */
  readonly early: number;
  /** When the first of them was read. */
  readonly readAt?: number;
  /** Those that something is done with come first; at most 200. */
  readonly rows: readonly JudgedRow[];
  readonly moreRows: number;
  /** Why Connect could not be asked about the rest. */
  readonly unread?: string;
  /** Why it cannot be carried out here. */
  readonly problem?: string;
  readonly commandLine: CommandLine;
}
