import type { FilterName } from "./filters.ts";

/** An equivalent of the command line, ready to paste: `npx contact-transfer dlq list --reason AccessDenied`. */
export type CommandLine = string;

export interface SessionInfo {
  readonly version: string;
  readonly stack?: string;
  readonly region?: string;
  /** Undefined for a local endpoint. */
  readonly account?: string;
  /** A stack of `start --serve`. */
  readonly isLocal: boolean;
  readonly deadLetterQueueUrl: string;
  readonly intentQueueUrl?: string;
  readonly canWrite: boolean;
  readonly operator: { readonly aws: string; readonly local: string };
  readonly auditFile: string;
  /** Whether failures can be browsed without receiving from the queue. If not, `costOfLooking` says what looking costs. */
  readonly hasOutcomeLog: boolean;
  readonly costOfLooking?: string;
  /** Whether retries and pace are known: needs the function's log. */
  readonly hasFunctionLog: boolean;
  readonly transfersPerSecond: number;
  /** What is assumed because nothing specifies it. */
  readonly assumed?: string;
  /** The program ends after this much time without a request. The page polls only while it is visible. */
  readonly idleMinutes: number;
  readonly reasons: readonly ReasonText[];
  /** What a letter list can be filtered by, as in `dlq list --help`. */
  readonly filters: readonly { readonly name: FilterName; readonly description: string }[];
}

export interface ReasonText {
  readonly reason: string;
  readonly meaning: string;
  /** An imperative in lower case: it follows "Next: ". */
  readonly nextStep: string;
}
