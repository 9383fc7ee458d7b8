import type { TargetInput } from "../../../infra/eventbridge/event.ts";

/** A rule of an event bus: which events it matches, and their targets. */
export interface Rule {
  readonly ruleName: string;
  readonly ruleArn: string;
  readonly eventBusName: string;
  /** The pattern as an object or as JSON text. */
  readonly eventPattern: unknown;
  readonly isEnabled: boolean;
  readonly targets: readonly RuleTarget[];
}

export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
  readonly input: TargetInput;
  readonly retryPolicy: RetryPolicy;
  /** Without one, an event that cannot be delivered is lost. */
  readonly deadLetterQueueArn?: string;
}

/** Retries end when either limit is reached. */
export interface RetryPolicy {
  /** 0–185. */
  readonly maximumRetryAttempts: number;
  /** 60–86,400. */
  readonly maximumEventAgeSeconds: number;
}
