import type {
  DescribeContactCommandInput,
  DescribeContactCommandOutput,
  ListAssociatedContactsCommandInput,
  ListAssociatedContactsCommandOutput,
  TransferContactCommandInput,
  TransferContactCommandOutput,
} from "@aws-sdk/client-connect";
import type { PutEventsCommandOutput, PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import type { SendMessageBatchCommandOutput, SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import type { Resolution } from "../events/generated/contact-transfer-failed.ts";
import type { FailureReason } from "./refusal.ts";
import type { Settings } from "./settings.ts";

/** Time, passed in so that the same code runs under a simulated clock. */
export interface Clock {
  /** Milliseconds since 1970, for ages alone: the clock of a machine can be set. */
  now(): number;
  /** Milliseconds of a clock that never goes back, for the pace, deadlines and waits. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds; rejects as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Everything outside that the engine uses. The calls return and throw what the SDK does. */
export interface Ports {
  readonly settings: Settings;
  readonly clock: Clock;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  random(): number;
  /** One request to Connect, without retries, ended by the signal or its own time-out. */
  transferContact(
    input: TransferContactCommandInput,
    signal: AbortSignal,
  ): Promise<Pick<TransferContactCommandOutput, "ContactId" | "ContactArn" | "$metadata">>;
  /** Reads of Connect, each one request, for unknown effects alone. @default none are made */
  readonly reads?: ReadCalls;
  putEvents(
    entries: PutEventsRequestEntry[],
    signal: AbortSignal,
  ): Promise<Pick<PutEventsCommandOutput, "Entries">>;
  /** Sends to the dead-letter queue. */
  sendDeadLetters(
    entries: SendMessageBatchRequestEntry[],
    signal: AbortSignal,
  ): Promise<Pick<SendMessageBatchCommandOutput, "Successful" | "Failed">>;
  /** Sends to the intent queue: known results that cannot be published now, and unfinished events. */
  enqueue(
    entries: SendMessageBatchRequestEntry[],
    signal: AbortSignal,
  ): Promise<Pick<SendMessageBatchCommandOutput, "Successful" | "Failed">>;
  /** Hides a message of the intent queue for `seconds` from now. */
  changeVisibility(receiptHandle: string, seconds: number, signal: AbortSignal): Promise<void>;
  readonly log: RecordLog;
  readonly metrics: RecordMetrics;
}

/**
 * Why a record is retried: a failure reason, a slot that comes later, a failure of this project's own calls, or an effect
 * that Connect's reads do not show yet.
 */
export type RetryReason =
  | FailureReason
  | "Throttled"
  | "WaitsForSlot"
  | "OutcomeNotPublished"
  | "DeadLetterNotSent"
  | "NotEnqueued"
  | "EffectUnknown"
  | "InternalError";

/** Connect's two reads. They return and throw what the SDK does. */
export interface ReadCalls {
  describeContact(
    input: DescribeContactCommandInput,
    signal: AbortSignal,
  ): Promise<Pick<DescribeContactCommandOutput, "Contact">>;
  listAssociatedContacts(
    input: ListAssociatedContactsCommandInput,
    signal: AbortSignal,
  ): Promise<Pick<ListAssociatedContactsCommandOutput, "ContactSummaryList" | "NextToken">>;
}

/** The log line of one record: never a body, metadata, or any value of an invalid intent. */
export interface RecordLine {
  readonly status: "succeeded" | "failed" | "retry";
  readonly reason?: RetryReason;
  readonly messageId?: string;
  readonly intentId?: string;
  readonly contactId?: string;
  readonly clientToken?: string;
  readonly receiveCount?: number;
  /** Connect's request id. */
  readonly requestId?: string;
  /** Name of the error behind the reason. */
  readonly error?: string;
  /** A new message in the intent queue now waits in place of this delivery. */
  readonly enqueued?: true;
  /** Seconds until the next delivery, at the earliest. */
  readonly retryInSeconds?: number;
  readonly durationMs: number;
}

export interface RecordLog {
  record(line: RecordLine): void;
  /** The visibility timeout of a retried message could not be changed: it reappears after the queue's default. */
  visibilityUnchanged(messageId: string, error: string): void;
  /** A bug: the record is retried, and the error must be seen. */
  bug(error: unknown, messageId: string | undefined): void;
}

/** The metrics of one record; `ageMs` is the intent's age, if known. The names are those of `metric-list.ts`. */
export interface RecordMetrics {
  /** `isReplayed`: this is the first delivery of a replayed message. */
  received(isReplayed: boolean): void;
  succeeded(ageMs: number | undefined): void;
  /** `found`: what Connect's reads have shown of an unknown effect. */
  failed(reason: FailureReason, ageMs: number | undefined, found?: Resolution["found"]): void;
  retried(reason: RetryReason, ageMs: number | undefined): void;
}

/** The metrics of one invocation's requests to Connect. */
export interface PaceMetrics {
  paced(figures: PaceFigures): void;
}

export interface PaceFigures {
  /** Requests to Connect. */
  readonly requests: number;
  /** How many of them Connect throttled. */
  readonly throttled: number;
  /** Requests per second that this instance allows itself now. */
  readonly allowedPerSecond: number;
}
