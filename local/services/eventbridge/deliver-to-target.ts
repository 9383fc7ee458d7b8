import { UndeliverableError } from "../../../infra/eventbridge/errors.ts";
import type { EventBridgeEvent, RuleContext, TransformInput } from "../../../infra/eventbridge/event.ts";
import type { RetryPolicy, RuleTarget } from "./rule.ts";

/** Which delivery this is. */
export interface DeliveryContext {
  readonly eventId: string;
  readonly ruleArn: string;
  readonly targetId: string;
  /** Counts from 1. */
  readonly attemptNumber: number;
}

/** An event that a target did not get and no dead-letter queue took: lost, as on AWS. */
export interface DroppedDelivery {
  readonly eventId: string;
  readonly ruleArn: string;
  readonly targetArn: string;
  /** Why the dead-letter queue did not take it, or, without such a queue, why the target did not. */
  readonly error: unknown;
}

export interface DeliveryDeps {
  /** Hands the text to the target. A throw is retried, an UndeliverableError is not. */
  readonly deliver: (
    targetArn: string,
    payload: string,
    context: DeliveryContext,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Sends the event with message attributes of type String. */
  readonly sendDeadLetter: (
    queueArn: string,
    body: string,
    attributes: Readonly<Record<string, string>>,
  ) => Promise<void>;
  readonly onDropped: (dropped: DroppedDelivery) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How long to wait before a retry, counted from 1. @default 100 ms, doubled each time up to 5 s; AWS takes longer */
  readonly retryDelayMs?: (retryNumber: number) => number;
}

/** An event on its way to a target of the rule that it matched. */
export interface Delivery {
  readonly event: EventBridgeEvent;
  readonly rule: RuleContext;
  readonly target: RuleTarget;
  /** The target's input settings, compiled. */
  readonly transformInput: TransformInput;
}

/**
 * Delivers an event to a target: tries, retries as the retry policy says, then sends the event itself (not what the
 * transformer made of it) to the dead-letter queue, with the attributes that EventBridge adds. Never rejects; `signal`
 * ends the waiting for a retry, and the event is then forgotten.
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
      if (failure) return giveUp(delivery, error, failure, deps);
    }
    await deps.sleep(retryDelayMs(retries + 1), signal).catch(() => {}); // rejects when `signal` ends it
  }
}

function defaultRetryDelayMs(retryNumber: number): number {
  return Math.min(100 * 2 ** (retryNumber - 1), 5_000);
}

/** The attributes of the dead letter that ends the retries; undefined where there is to be another one. */
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

async function giveUp(
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
