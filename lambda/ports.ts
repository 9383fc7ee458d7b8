import type { TransferContactCommandInput, TransferContactCommandOutput } from "@aws-sdk/client-connect";
import type { PutEventsCommandOutput, PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import type { SendMessageBatchCommandOutput, SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import type { FailureReason } from "./refusal.ts";
import type { Settings } from "./settings.ts";

/** Time, passed in so that the same code runs under a simulated clock. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends after `ms` milliseconds; rejects as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Everything that the processing of intents reaches outside of itself. What the calls throw and answer is the SDK's. */
export interface Ports {
  readonly settings: Settings;
  readonly clock: Clock;
  /** A number from 0 up to 1. */
  random(): number;
  /** One request to Connect: no retry of its own, ended by the signal or its own time-out. */
  transferContact(
    input: TransferContactCommandInput,
    signal: AbortSignal,
  ): Promise<Pick<TransferContactCommandOutput, "ContactId" | "ContactArn" | "$metadata">>;
  putEvents(
    entries: PutEventsRequestEntry[],
    signal: AbortSignal,
  ): Promise<Pick<PutEventsCommandOutput, "Entries">>;
  /** Sends to the dead-letter queue. */
  sendDeadLetters(
    entries: SendMessageBatchRequestEntry[],
    signal: AbortSignal,
  ): Promise<Pick<SendMessageBatchCommandOutput, "Successful" | "Failed">>;
  /** Sends to the intent queue what came as an event and cannot be finished; missing where the deployment does not let it. */
  enqueue?(
    entries: SendMessageBatchRequestEntry[],
    signal: AbortSignal,
  ): Promise<Pick<SendMessageBatchCommandOutput, "Successful" | "Failed">>;
  /** Hides a message of the intent queue for `seconds` from now. */
  changeVisibility(receiptHandle: string, seconds: number, signal: AbortSignal): Promise<void>;
  readonly log: RecordLog;
  readonly metrics: RecordMetrics;
}

/** Why a record came back: a reason of a failure, a turn that comes later, or something of ours that did not work. */
export type RetryReason =
  | FailureReason
  | "Throttled"
  | "WaitsForSlot"
  | "OutcomeNotPublished"
  | "DeadLetterNotSent"
  | "NotEnqueued"
  | "InternalError";

/** What is logged of one record: never a body, metadata, or anything that an invalid intent says. */
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
  /** It came as an event and waits in the intent queue from now on. */
  readonly enqueued?: true;
  /** When it is delivered again at the earliest, in seconds. */
  readonly retryInSeconds?: number;
  readonly durationMs: number;
}

export interface RecordLog {
  record(line: RecordLine): void;
  /** A message that comes back could not be hidden until then: it comes after the queue's visibility timeout. */
  visibilityUnchanged(messageId: string, error: string): void;
  /** A bug: the record goes back, its error must be seen. */
  bug(error: unknown, messageId: string | undefined): void;
}

/** What is counted of one record; `ageMs` is the intent's age, where it has one. The names are those of `metric-list.ts`. */
export interface RecordMetrics {
  /** `isReplayed`: it comes from the dead-letter queue, and this is its first delivery since. */
  received(isReplayed: boolean): void;
  succeeded(ageMs: number | undefined): void;
  failed(reason: FailureReason, ageMs: number | undefined): void;
  retried(reason: RetryReason, ageMs: number | undefined): void;
}

/** What is counted of one invocation's requests to Connect. */
export interface PaceMetrics {
  paced(figures: PaceFigures): void;
}

export interface PaceFigures {
  /** Requests to Connect. */
  readonly requests: number;
  /** Those of them that Connect has throttled. */
  readonly throttled: number;
  /** Requests a second that this instance allows itself now. */
  readonly allowedPerSecond: number;
}
