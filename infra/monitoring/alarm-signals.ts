import { type IMetric, MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IEventBus, Rule } from "aws-cdk-lib/aws-events";
import { Duration } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { reasonsOnSide, type Side } from "../../events/failure-reasons.ts";
import type { TransferParts } from "../parts.ts";
import { isDefaultBus } from "../resources/event-bus.ts";
import { ruleName } from "../resources/rule-name.ts";
import { functionMetric, metricByReason } from "./metrics.ts";

/** The fewest failures for which their share counts: otherwise one bad intent in a quiet hour would fire an alarm. */
const leastFailures = 3;

/**
 * Dead letters, visible or in flight. Without `FILL`: SQS publishes a minute late, so that a filled latest minute would always
 * be 0 and the alarm would never fire.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-functions-list
 */
export function deadLetters(
  { deadLetterQueue }: Pick<TransferParts, "deadLetterQueue">,
  period: Duration,
): MathExpression {
  return new MathExpression({
    label: "dead letters",
    expression: "visible + inFlight",
    usingMetrics: {
      visible: deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" }),
      inFlight: deadLetterQueue.metricApproximateNumberOfMessagesNotVisible({ period, statistic: "Maximum" }),
    },
    period,
  });
}

/** Twice the age of the oldest intent seen: half of a `maxIntentAge` that is a token cannot be computed at synth. */
export function doubledIntentAge(scope: Construct, period: Duration): MathExpression {
  const age = functionMetric(scope, "IntentAge", { period });
  return new MathExpression({ label: "twice the age", expression: "2 * age", usingMetrics: { age }, period });
}

/** Receives from the intent queue, including those that found it empty. */
export function receives(
  { intentQueue }: Pick<TransferParts, "intentQueue">,
  period: Duration,
): MathExpression {
  return new MathExpression({
    label: "receives",
    expression: "FILL(received, 0) + FILL(empty, 0)",
    usingMetrics: {
      received: intentQueue.metricNumberOfMessagesReceived({ period, statistic: "Sum" }),
      empty: intentQueue.metricNumberOfEmptyReceives({ period, statistic: "Sum" }),
    },
    period,
  });
}

/** Percentage of the intents completed in 15 minutes that failed for a reason on this side. */
export function shareOfFailures(scope: Construct, side: Side): MathExpression {
  const period = Duration.minutes(15);
  const reasons = reasonsOnSide(side);
  const failures = reasons.map(
    (reason, index) => [`f${index}`, metricByReason(scope, "Failed", { reason, period })] as const,
  );
  const sum = failures.map(([id]) => `FILL(${id}, 0)`).join(" + ");
  return new MathExpression({
    label: `% failed (${reasons.join(", ")})`,
    expression: `IF(${sum} >= ${leastFailures}, 100 * (${sum}) / (FILL(succeeded, 0) + FILL(failed, 0)), 0)`,
    usingMetrics: {
      succeeded: functionMetric(scope, "Succeeded", { period }),
      failed: functionMetric(scope, "Failed", { period }),
      ...Object.fromEntries<IMetric>(failures),
    },
    period,
  });
}

/** Percentage of the requests to Connect that it throttled. */
export function shareThrottled(scope: Construct, period: Duration): MathExpression {
  return new MathExpression({
    label: "% throttled",
    expression: "IF(requests > 0, 100 * throttled / requests, 0)",
    usingMetrics: {
      throttled: functionMetric(scope, "ThrottledRequests", { period }),
      requests: functionMetric(scope, "Requests", { period }),
    },
    period,
  });
}

/**
 * 1 if intents wait or are in flight and none has completed. Nothing says whether `FILL` fills a metric that was never emitted, so
 * the sum of what has completed starts with one that SQS always emits.
 */
export function stalled(
  scope: Construct & Pick<TransferParts, "intentQueue">,
  period: Duration,
): MathExpression {
  const { intentQueue } = scope;
  return new MathExpression({
    label: "stalled",
    expression:
      "IF(visible + inFlight > 0 AND 0 * visible + FILL(succeeded, 0) + FILL(failed, 0) == 0, 1, 0)",
    usingMetrics: {
      visible: intentQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Minimum" }),
      inFlight: intentQueue.metricApproximateNumberOfMessagesNotVisible({ period, statistic: "Minimum" }),
      succeeded: functionMetric(scope, "Succeeded", { period }),
      failed: functionMetric(scope, "Failed", { period }),
    },
    period,
  });
}

/** Events that a rule could not deliver, kept in the dead-letter queue or not. It counts when EventBridge stops retrying. */
export function failedDeliveries(rule: Rule, eventBus: IEventBus, period: Duration): MathExpression {
  return new MathExpression({
    label: "failed deliveries",
    expression: "FILL(failed, 0) + FILL(lost, 0)",
    usingMetrics: {
      failed: ruleMetric("FailedInvocations", rule, eventBus, period),
      lost: lostByRule(rule, eventBus, period),
    },
    period,
  });
}

/** Events that neither a rule nor, in direct delivery, Lambda could send to the dead-letter queue. */
export function lostEvents(
  scope: Pick<TransferParts, "rule" | "outcomeRule" | "eventBus" | "function">,
  isDirect: boolean,
  period: Duration,
): MathExpression {
  const { rule, outcomeRule, eventBus } = scope;
  const usingMetrics: Record<string, IMetric> = {
    requests: lostByRule(rule, eventBus, period),
    ...(outcomeRule && { outcomes: lostByRule(outcomeRule, eventBus, period) }),
    ...(isDirect && {
      invocations: scope.function.metric("DeadLetterErrors", { period, statistic: "Sum" }),
    }),
  };
  return new MathExpression({
    label: "lost events",
    expression: Object.keys(usingMetrics)
      .map((id) => `FILL(${id}, 0)`)
      .join(" + "),
    usingMetrics,
    period,
  });
}

function lostByRule(rule: Rule, eventBus: IEventBus, period: Duration): Metric {
  return ruleMetric("InvocationsFailedToBeSentToDlq", rule, eventBus, period);
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
function ruleMetric(metricName: string, rule: Rule, eventBus: IEventBus, period: Duration): Metric {
  return new Metric({
    namespace: "AWS/Events",
    metricName,
    dimensionsMap: {
      ...(!isDefaultBus(eventBus) && { EventBusName: eventBus.eventBusName }),
      RuleName: ruleName(rule.ruleArn, eventBus),
    },
    statistic: "Sum",
    period,
  });
}
