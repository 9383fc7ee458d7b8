import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { Resolution } from "../../events/generated/contact-transfer-failed.ts";
import type { History } from "../../lambda/intake/history.ts";
import type { Effect, FailureError, Violation } from "../../lambda/refusal.ts";
import type { IntentReading } from "./read-intent.ts";

/** Who sent a message to the dead-letter queue, with what is known from there. */
export type Origin =
  /** The function, after the intent failed. `failure` is missing if SQS refused the attribute. */
  | { readonly kind: "function"; readonly failure?: ReportedFailure }
  /** SQS, after too many receives, or somebody by hand: it has no reason. */
  | { readonly kind: "sqs" }
  /** A rule that could not deliver the event. */
  | {
      readonly kind: "rule";
      readonly ruleArn: string;
      readonly targetArn?: string;
      readonly error: RuleError;
    }
  /** A schedule of EventBridge Scheduler that could not deliver its event. */
  | {
      readonly kind: "schedule";
      readonly scheduleArn: string;
      readonly targetArn?: string;
      readonly error: RuleError;
    }
  /** The rule that keeps outcomes in the outcome log: an outcome that was published but not kept. It is no intent. */
  | {
      readonly kind: "outcome";
      readonly ruleArn: string;
      readonly targetArn?: string;
      readonly error: RuleError;
    }
  /** Lambda, which stopped retrying an asynchronous invocation (direct delivery). */
  | { readonly kind: "invocation"; readonly requestId?: string; readonly error: InvocationError }
  /** A record of the custom event bus, which names events by id and contains none. */
  | { readonly kind: "event ids"; readonly eventIds: readonly string[]; readonly error: RuleError };

/** The attribute `Failure`, as far as it can be read. */
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
  /** What Connect's reads had shown by then. */
  readonly resolution?: Resolution;
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

/** A message of the dead-letter queue, parsed. Instants are milliseconds since 1970. */
export interface DeadLetter {
  readonly messageId: string;
  /** When it was sent to the dead-letter queue; if SQS itself moved it, to the intent queue. */
  readonly sentAt: number;
  /** SQS moved the message here itself. */
  readonly wasMoved: boolean;
  /** How often SQS has delivered it from the dead-letter queue, this time included. */
  readonly receiveCount: number;
  readonly body: string;
  /** Of a fair queue. */
  readonly messageGroupId?: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly origin: Origin;
  /** What `--reason` matches. */
  readonly reason: string;
  /** What went wrong, in the words of the sender. */
  readonly message: string;
  readonly failedAt: number;
  /** What a replay sends: the body, or the event inside a destination record. */
  readonly intentBody: string;
  readonly reading: IntentReading;
  /** Dead letters with the same key are the same request. */
  readonly groupKey: string;
  /** All deliveries up to this failure: never younger or more certain than any of them. */
  readonly history: History;
}

/** The reasons of dead letters that the function did not write, by who wrote them. */
export const reasonsByOrigin = {
  sqs: "NoReason",
  rule: "NotDelivered",
  schedule: "NotDelivered",
  outcome: "OutcomeNotDelivered",
  invocation: "InvocationFailed",
  "event ids": "EventIdsOnly",
} as const satisfies Record<Exclude<Origin["kind"], "function">, string>;
