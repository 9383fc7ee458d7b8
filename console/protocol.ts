/**
 * The local HTTP API between the console's server and its page: JSON both ways. It imports nothing, so that the page takes nothing of the server.
 * Instants (`…At`, `at`) are milliseconds since 1970; durations carry their unit. Every text can come from a letter: it is hostile until it is
 * shown as text.
 */

/**
 * Every endpoint: method and path, with what it takes and answers. `:name` is one path segment, percent-encoded. A query is of strings. A POST
 * always has a JSON body, at least `{}`, with `content-type: application/json`.
 */
export interface Api {
  readonly "GET /api/session": { answer: SessionInfo };
  /** Failures by cause, from the outcome log and from the last reading of the queue. */
  readonly "GET /api/overview": { answer: Overview };
  /** What happens now. Polled: cheap, and never receives a message. */
  readonly "GET /api/now": { answer: Now };
  /** Starts to read the dead-letter queue (or answers with the reading under way). `Now.reading` shows its progress. */
  readonly "POST /api/reading": { body: Empty; answer: Reading };
  readonly "GET /api/letters": { query: LettersQuery; answer: LetterPage };
  readonly "GET /api/letters/:id": { answer: Letter };
  /** Asks Connect about the contact: what became of an unknown effect, and whether a replay could succeed. */
  readonly "POST /api/letters/:id/check": { body: Empty; answer: ContactNow };
  /** What a replay would do. Changes nothing, also while the console is read-only. */
  readonly "POST /api/plans/replay": { body: ReplayRequest; answer: ReplayPlan };
  /** What a discard would do. Changes nothing. */
  readonly "POST /api/plans/discard": { body: DiscardRequest; answer: DiscardPlan };
  readonly "GET /api/runs": { answer: { readonly runs: readonly Run[] } };
  readonly "GET /api/runs/:id": { answer: Run };
  /** Starts a run. Only with `--write`; one at a time (409 `Busy`). */
  readonly "POST /api/runs": { body: RunRequest; answer: Run };
  readonly "POST /api/runs/:id/pause": { body: Empty; answer: Run };
  /** Goes on after a pause, or after a canary has passed. */
  readonly "POST /api/runs/:id/resume": { body: Empty; answer: Run };
  /** Ends the run after the batch under way. What was not sent stays in the dead-letter queue. */
  readonly "POST /api/runs/:id/cancel": { body: Empty; answer: Run };
  /** The fate of each replayed message, the undecided and failed ones first. */
  readonly "GET /api/runs/:id/report": { query: { readonly cursor?: string }; answer: RunReport };
  /** Imports what a discard has written to its file. Answers with the new run. */
  readonly "POST /api/runs/:id/undo": { body: { readonly why: string }; answer: Run };
  /** An intent or contact, by intentId, contact id, client token or message id. `check` asks Connect too, as `trace --check`. */
  readonly "GET /api/trace": {
    query: { readonly id: string; readonly check?: "true" };
    answer: Trace;
  };
}

export type Endpoint = keyof Api;
export type Empty = Readonly<Record<string, never>>;

/** The body of every status of 400 and above. */
export interface ApiError {
  readonly error: {
    /** For the page: see `errorCodes`. Others are those of the command line, such as `AccessDenied`. */
    readonly code: string;
    /** What is wrong and what to do, for a person. */
    readonly message: string;
    readonly hint?: string;
  };
}

/** The codes that the page treats differently, with their status. */
export const errorCodes = {
  /** No valid cookie: open the address that the program has printed, or start the program again. */
  NoSession: 401,
  /** The console is read-only: start it with --write. */
  ReadOnly: 403,
  /** Such as an endpoint of another version. */
  NotFound: 404,
  /** It may be in the queue: read it. */
  NoSuchLetter: 404,
  NoSuchRun: 404,
  /** Another run, or a reading, is under way. */
  Busy: 409,
  /** The dead-letter queue must be read first: `POST /api/reading`. */
  NotRead: 409,
  /** The request is wrong: the message says where. */
  WrongUse: 400,
} as const;

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

/** The filters of `dlq list`, without the dashes. A letter must match all; a filter with several values matches any of them. */
export const filterNames = [
  "cause",
  "message-id",
  "reason",
  "intent",
  "contact",
  "instance",
  "queue",
  "source",
  "older-than",
  "newer-than",
  "message",
  "where",
] as const;
export type FilterName = (typeof filterNames)[number];

/** Also the form of the address: `?reason=AccessDenied&older-than=2d`, repeated for several values. */
export type LetterFilter = { readonly [Name in FilterName]?: readonly string[] };

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

export interface ContactNow {
  readonly readAt: number;
  /** Whether the contact could be transferred now; undefined if Connect could not be asked, and `why` says so. */
  readonly canBeTransferred?: boolean;
  readonly why: string;
  /** Only for an unknown effect: what became of the requests that may have been carried out. */
  readonly resolution?: Resolution & {
    /** Connect's reads can lag: ask again later. */
    readonly isFinal: boolean;
    /** What that means for the effect, in a sentence. */
    readonly text: string;
  };
  readonly commandLine: CommandLine;
}

/** Which letters: chosen one by one, or all that match. Always from the queue. */
export type Selection =
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  | { readonly kind: "filter"; readonly filter: LetterFilter; readonly limit?: number };

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

export type RunRequest =
  | {
      readonly kind: "replay";
      readonly request: ReplayRequest;
      /** Typed in by the operator, for the audit file. */
      readonly why: string;
      /** First 1, then 10, then the rest. It pauses after a step until the fate of its messages is known, and stops if any comes back. @default true */
      readonly canary?: boolean;
    }
  | { readonly kind: "discard"; readonly request: DiscardRequest; readonly why: string };

/**
 * `selecting`: the queue is read. `sending`, `discarding`, `importing`: messages move. `watching`: a step has been sent, and its fate is awaited.
 * `paused`: by the operator. `held`: letters of a step came back, or their fate stayed unknown for too long; the operator resumes or cancels.
 * `done`, `failed`, `cancelled` are final.
 */
export type RunState =
  | "selecting"
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
  readonly kind: "replay" | "discard" | "import";
  readonly state: RunState;
  /** Increases with each change. */
  readonly revision: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly why: string;
  readonly operator: string;
  readonly commandLine: CommandLine;
  readonly selected: number;
  /** Sent, deleted or imported so far. */
  readonly done: number;
  readonly skipped: number;
  /** Could not be sent, deleted or imported: still in the dead-letter queue. */
  readonly failed: number;
  readonly perSecond?: number;
  readonly secondsLeft?: number;
  /** Of a canary: which step, of how many; the messages up to its end. */
  readonly step?: { readonly number: number; readonly of: number; readonly until: number };
  /** Of a replay: what became of what was sent. */
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
}

export interface Trace {
  readonly id: string;
  readonly intents: readonly TracedIntent[];
  /** The contacts that are linked with each other, each after the one that it was before. */
  readonly chain: readonly ChainContact[];
  /** What Connect's reads say of dead letters whose effect is unknown; only if it was asked. */
  readonly verdicts?: readonly string[];
  /** What could not be seen: logs that the stack does not keep, letters in flight, a queue that has not been read. */
  readonly remarks: readonly string[];
  readonly readAt: number;
  readonly commandLine: CommandLine;
}

/** One contact of a chain. */
export interface ChainContact {
  readonly contactId: string;
  /** Who transferred it to here, in words; missing for the first contact that is known. */
  readonly transferred?: { readonly text: string; readonly isCertain: boolean; readonly intentId?: string };
  readonly queueId?: string;
  /** From Connect's events: only with the setting contactEvents. */
  readonly queuedAt?: number;
  readonly agentId?: string;
  readonly connectedToAgentAt?: number;
  readonly endedAt?: number;
}

export interface TracedIntent {
  readonly clientToken?: string;
  readonly intentId?: string;
  readonly contactId?: string;
  readonly state: "succeeded" | "failed" | "waiting" | "retrying" | "ended";
  /** The state in a sentence. */
  readonly text: string;
  readonly timeline: readonly TimelineEntry[];
}

export interface TimelineEntry {
  readonly at: number;
  readonly kind: "requested" | "retried" | "succeeded" | "failed" | "dead letter" | "replayed";
  readonly text: string;
  /** Of a dead letter that can be shown. */
  readonly letterId?: string;
  /** Of a success: the contact that it became, which can be traced. */
  readonly newContactId?: string;
}
