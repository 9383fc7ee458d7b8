import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { History } from "../../lambda/intake/history.ts";
import type { Effect, FailureError, Violation } from "../../lambda/refusal.ts";
import type { IntentReading } from "./read-intent.ts";

/** Who put a letter into the dead-letter queue, with what it tells. */
export type Origin =
  /** The function gave the intent up. `failure` is missing where the dead letter had to do without. */
  | { readonly kind: "function"; readonly failure?: ReportedFailure }
  /** SQS moved it after too many receives, or somebody sent it there: it has no reason. */
  | { readonly kind: "sqs" }
  /** A rule could not deliver the event. */
  | {
      readonly kind: "rule";
      readonly ruleArn: string;
      readonly targetArn?: string;
      readonly error: RuleError;
    }
  /** Lambda gave up an asynchronous invocation (direct delivery). */
  | { readonly kind: "invocation"; readonly requestId?: string; readonly error: InvocationError }
  /** A record of the custom event bus that names events by id and holds none. */
  | { readonly kind: "event ids"; readonly eventIds: readonly string[]; readonly error: RuleError };

/** `Failure` of a dead letter, as far as it could be read. */
export interface ReportedFailure {
  readonly message?: string;
  readonly effect?: Effect;
  readonly error?: FailureError;
  readonly violations: readonly Violation[];
  readonly moreViolations: number;
  readonly intentId?: string;
  readonly clientToken?: string;
  /** Milliseconds since 1970. */
  readonly failedAt?: number;
  readonly receiveCount?: number;
  /** Of the invocation. */
  readonly requestId?: string;
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
export interface RuleError {
  readonly code?: string;
  readonly message?: string;
  readonly exhaustedRetryCondition?: string;
  readonly retryAttempts?: string;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
export interface InvocationError {
  readonly code?: string;
  readonly message?: string;
}

/** A message of the dead-letter queue, understood. Instants are milliseconds since 1970. */
export interface DeadLetter {
  readonly messageId: string;
  /** When it came into the dead-letter queue; where SQS itself moved it, when it was sent to the intent queue. */
  readonly sentAt: number;
  /** SQS says that it moved the message here itself. */
  readonly wasMoved: boolean;
  /** How often SQS had delivered it from the dead-letter queue, this look included. */
  readonly receiveCount: number;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly origin: Origin;
  /** What `--reason` selects by. */
  readonly reason: string;
  /** What went wrong, in the words of who put it here. */
  readonly message: string;
  readonly failedAt: number;
  /** What goes back: the body, or the event that a destination record wraps. */
  readonly intentBody: string;
  readonly reading: IntentReading;
  /** Letters of the same key are the same request. */
  readonly groupKey: string;
  /** Earlier lives and the one that ended here: never younger or more certain than any of them. */
  readonly history: History;
}

/** The reasons of dead letters that the function did not write, by who wrote them. */
export const reasonsByOrigin = {
  sqs: "NoReason",
  rule: "NotDelivered",
  invocation: "InvocationFailed",
  "event ids": "EventIdsOnly",
} as const satisfies Record<Exclude<Origin["kind"], "function">, string>;
