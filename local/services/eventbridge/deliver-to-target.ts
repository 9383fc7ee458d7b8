import { UndeliverableError } from "../../../infra/eventbridge/errors.ts";
import type { EventBridgeEvent, RuleContext, TransformInput } from "../../../infra/eventbridge/event.ts";
import type { RetryPolicy, RuleTarget } from "./rule.ts";

export interface DeliveryContext {
  readonly eventId: string;
  readonly ruleArn: string;
  readonly targetId: string;
  /** Counts from 1. */
  readonly attemptNumber: number;
}

/** An event that reached neither its target nor a dead-letter queue: lost, as on AWS. */
export interface DroppedDelivery {
  readonly eventId: string;
  readonly ruleArn: string;
  readonly targetArn: string;
  /** From the dead-letter queue, or from the target if there is no such queue. */
  readonly error: unknown;
}

export interface DeliveryDeps {
  /** Sends the payload to the target. An error is retried unless it is an UndeliverableError. */
  readonly deliver: (
    targetArn: string,
    payload: string,
    context: DeliveryContext,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Attributes are of type String. */
  readonly sendDeadLetter: (
    queueArn: string,
    body: string,
    attributes: Readonly<Record<string, string>>,
  ) => Promise<void>;
  readonly onDropped: (dropped: DroppedDelivery) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Delay before a retry, counted from 1. @default 100 ms, doubled each time up to 5 s; AWS waits longer */
  readonly retryDelayMs?: (retryNumber: number) => number;
}

/** An event for one target of a rule that it matched. */
export interface Delivery {
  readonly event: EventBridgeEvent;
  readonly rule: RuleContext;
  readonly target: RuleTarget;
  readonly transformInput: TransformInput;
}

/**
 * Delivers an event to a target, with retries according to the retry policy. After the last one it sends the original event
 * (not transformed) to the dead-letter queue, with the attributes that EventBridge adds. Never rejects. When `signal`
 * aborts, waiting for a retry ends and the event is dropped.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export async function deliverToTarget(
  delivery: Delivery,
  deps: DeliveryDeps,
  signal: AbortSignal,
): Promise<void> {
  const { event, rule, target, transformInput } = delivery;
  const { retryDelayMs = defaultRetryDelayMs } = deps;
  const context = { eventId: event.id, ruleArn: rule.ruleArn, targetId: target.id };
  for (let retries = 0; !signal.aborted; retries++) {
    try {
      const payload = transformInput(event, rule);
      return await deps.deliver(target.arn, payload, { ...context, attemptNumber: retries + 1 }, signal);
    } catch (error) {
      const failure = readFailure(error, target.retryPolicy, retries, deps.now() - rule.ingestedAt);
      if (failure) return deadLetter(delivery, error, failure, deps);
    }
    await deps.sleep(retryDelayMs(retries + 1), signal).catch(() => {}); // rejects when `signal` ends it
  }
}

function defaultRetryDelayMs(retryNumber: number): number {
  return Math.min(100 * 2 ** (retryNumber - 1), 5_000);
}

/** The attributes of the dead letter; undefined if there will be another retry. */
function readFailure(
  error: unknown,
  { maximumRetryAttempts, maximumEventAgeSeconds }: RetryPolicy,
  retries: number,
  ageMs: number,
): Record<string, string> | undefined {
  const ERROR_MESSAGE = error instanceof Error ? error.message || error.name : String(error);
  const RETRY_ATTEMPTS = String(retries);
  if (error instanceof UndeliverableError) return { ERROR_CODE: error.code, ERROR_MESSAGE, RETRY_ATTEMPTS };
  const isTooOld = ageMs >= maximumEventAgeSeconds * 1000;
  if (!isTooOld && retries < maximumRetryAttempts) return undefined;
  return {
    ERROR_CODE: "ERROR_FROM_TARGET",
    ERROR_MESSAGE,
    EXHAUSTED_RETRY_CONDITION: isTooOld ? "MaximumEventAgeInSeconds" : "MaximumRetryAttempts",
    RETRY_ATTEMPTS,
  };
}

async function deadLetter(
  { event, rule, target }: Delivery,
  error: unknown,
  failure: Record<string, string>,
  deps: DeliveryDeps,
): Promise<void> {
  const dropped = { eventId: event.id, ruleArn: rule.ruleArn, targetArn: target.arn };
  if (target.deadLetterQueueArn === undefined) return deps.onDropped({ ...dropped, error });
  const attributes = { RULE_ARN: rule.ruleArn, TARGET_ARN: target.arn, ...failure };
  try {
    await deps.sendDeadLetter(target.deadLetterQueueArn, JSON.stringify(event), attributes);
  } catch (deadLetterError) {
    deps.onDropped({ ...dropped, error: deadLetterError });
  }
}
