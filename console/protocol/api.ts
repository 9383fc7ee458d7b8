import type { ContactNow, Letter, LetterPage, LettersQuery } from "./letters.ts";
import type { Now, Reading } from "./now.ts";
import type { Overview } from "./overview.ts";
import type {
  DiscardPlan,
  DiscardRequest,
  ReplayPlan,
  ReplayRequest,
  ResolvePlan,
  ResolvePlanRequest,
} from "./plans.ts";
import type { Run, RunReport, RunRequest } from "./runs.ts";
import type { SessionInfo } from "./session.ts";
import type { Trace } from "./trace.ts";

/**
 * The local HTTP API between the console's server and its page: JSON both ways. The protocol imports nothing but itself, so that the page takes nothing of
 * the server. Instants (`…At`, `at`) are milliseconds since 1970; durations carry their unit. Every text can come from a letter: it is hostile until it is
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
  /** What a resolve would do. Asks Connect for a second or two, and goes on when it is asked again. Changes nothing. */
  readonly "POST /api/plans/resolve": { body: ResolvePlanRequest; answer: ResolvePlan };
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
