import type { Freshness, LetterSource } from "./overview.ts";
import type { CommandLine } from "./session.ts";

/** The query of a list: `filter` is a `LetterFilter` as JSON. */
export interface LettersQuery {
  /** @default the queue if it has been read, otherwise the log */
  readonly from?: LetterSource;
  readonly filter?: string;
  /** @default newest */
  readonly order?: "newest" | "oldest";
  /** The number of the first row of the page. @default 0 */
  readonly offset?: string;
  /** @default 100, at most 500 */
  readonly limit?: string;
}

export interface LetterPage {
  readonly rows: readonly LetterRow[];
  readonly offset: number;
  /** How many match, so that a virtual list knows its height and can ask for any part. */
  readonly total: number;
  /** How many there are without the filter. */
  readonly all: number;
  /** Undefined if this source has not been read. */
  readonly freshness?: Freshness;
  readonly listCommand: CommandLine;
}

/** A row of the list. Ids are cut at 256 characters, messages at 300. */
export interface LetterRow {
  /** For `/api/letters/:id` and `Selection.ids`: the message id in the dead-letter queue; in the log, `outcome.` and the event's id. */
  readonly id: string;
  readonly causeId: string;
  readonly reason: string;
  readonly message: string;
  readonly failedAt: number;
  readonly intentId?: string;
  readonly clientToken?: string;
  readonly contactId?: string;
  readonly contactFlowId?: string;
  readonly queueId?: string;
  readonly userId?: string;
  readonly source?: string;
  readonly isIntent: boolean;
  readonly effect: "none" | "unknown";
  readonly replays: number;
  readonly receiveCount?: number;
  /** When SQS deletes it; undefined in the log. */
  readonly expiresAt?: number;
}

export interface Violation {
  /** A JSON pointer into the envelope; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

export interface Letter extends LetterRow {
  readonly freshness: Freshness;
  readonly meaning: string;
  readonly nextStep: string;
  /** The body as it was sent; undefined if it is known from the log only: `envelope` is then what the outcome says of it. */
  readonly body?: string;
  /** The body parsed, if it is JSON. Its numbers have lost what a double cannot hold: `body` has them. */
  readonly envelope?: unknown;
  readonly notAnIntent?: string;
  readonly violations: readonly Violation[];
  readonly moreViolations: number;
  readonly error?: { readonly name: string; readonly httpStatus?: number; readonly requestId?: string };
  /** Who sent it to the dead-letter queue, in words, with what is known from there: rule, target, invocation. */
  readonly origin: readonly { readonly label: string; readonly text: string }[];
  /** The message's own attributes, which a replay keeps. */
  readonly attributes: readonly { readonly name: string; readonly text: string }[];
  readonly history: {
    readonly firstSentAt?: number;
    readonly renewedAt?: number;
    readonly replays: number;
    readonly effect: "none" | "unknown";
    /** What the effect means, in a sentence. */
    readonly effectText: string;
  };
  /** As the function or `dlq resolve` has published it. */
  readonly resolution?: Resolution;
  /** What a replay without any option would do. Undefined if it is known from the log only: read the queue first. */
  readonly replay?: ReplayVerdict;
  /** For `GET /api/trace`: all lives of the intent on one time line. Undefined without a log. */
  readonly traceId?: string;
  readonly showCommand: CommandLine;
}

export interface ReplayVerdict {
  readonly isPossible: boolean;
  /** A sentence: that it would be sent, or why not and which option helps. */
  readonly why: string;
  /** Why not, as `skipReason` of `dlq replay --json`. */
  readonly skipReason?: string;
}

export interface Resolution {
  readonly found: "moved" | "elsewhere" | "several" | "ended" | "open" | "unreadable";
  readonly by?: "other" | "likely-us" | "unproven";
  readonly contactId?: string;
  readonly contactIds?: readonly string[];
  readonly queueId?: string;
  readonly agentId?: string;
  readonly why?: string;
  readonly readAt?: number;
}

/** What Connect's reads show now of an unknown effect. */
export interface Verdict extends Resolution {
  /** Connect's reads can lag: ask again later. */
  readonly isFinal: boolean;
  /** What that means for the effect, in a sentence. */
  readonly text: string;
}

export interface ContactNow {
  readonly readAt: number;
  /** Whether the contact could be transferred now; undefined if Connect could not be asked, and `why` says so. */
  readonly canBeTransferred?: boolean;
  readonly why: string;
  /** Only for an unknown effect: what became of the requests that may have been carried out. */
  readonly resolution?: Verdict;
  readonly commandLine: CommandLine;
}
