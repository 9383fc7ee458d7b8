import { type IMetric, MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { Duration, Token } from "aws-cdk-lib/core";
import { reasonsOnSide, type Side } from "../../events/failure-reasons.ts";
import type { ContactTransfer } from "../contact-transfer.ts";
import { ruleName } from "../resources/rule-name.ts";

/** Failures that a share is told of at least: below, one bad intent would be an alarm. */
const leastFailures = 3;

/** Dead letters that are visible or in somebody's hands. */
export function deadLetters({ deadLetterQueue }: ContactTransfer, period: Duration): MathExpression {
  return new MathExpression({
    label: "dead letters",
    expression: "FILL(visible, 0) + FILL(inFlight, 0)",
    usingMetrics: {
      visible: deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" }),
      inFlight: deadLetterQueue.metricApproximateNumberOfMessagesNotVisible({ period, statistic: "Maximum" }),
    },
    period,
  });
}

/** Twice the age of the oldest intent seen: half of `maxIntentAge` cannot be reckoned where only the deployment knows it. */
export function doubledIntentAge(scope: ContactTransfer, period: Duration): MathExpression {
  const age = scope.metric("IntentAge", { period });
  return new MathExpression({ label: "twice the age", expression: "2 * age", usingMetrics: { age }, period });
}

/** Receives of the intent queue, those that found it empty included. */
export function polls({ intentQueue }: ContactTransfer, period: Duration): MathExpression {
  return new MathExpression({
    label: "polls",
    expression: "FILL(received, 0) + FILL(empty, 0)",
    usingMetrics: {
      received: intentQueue.metricNumberOfMessagesReceived({ period, statistic: "Sum" }),
      empty: intentQueue.metricNumberOfEmptyReceives({ period, statistic: "Sum" }),
    },
    period,
  });
}

/** Percent of the intents ended in 15 minutes that one side's reasons have ended. */
export function shareOfFailures(scope: ContactTransfer, side: Side): MathExpression {
  const period = Duration.minutes(15);
  const reasons = reasonsOnSide(side);
  const failures = reasons.map(
    (reason, index) => [`f${index}`, scope.metricFailed({ reason, period })] as const,
  );
  const sum = failures.map(([id]) => `FILL(${id}, 0)`).join(" + ");
  return new MathExpression({
    label: `% failed (${reasons.join(", ")})`,
    expression: `IF(${sum} >= ${leastFailures}, 100 * (${sum}) / (FILL(succeeded, 0) + FILL(failed, 0)), 0)`,
    usingMetrics: {
      succeeded: scope.metricSucceeded({ period }),
      failed: scope.metricFailed({ period }),
      ...Object.fromEntries<IMetric>(failures),
    },
    period,
  });
}

/** Percent of the requests to Connect that it has throttled. */
export function shareThrottled(scope: ContactTransfer, period: Duration): MathExpression {
  return new MathExpression({
    label: "% throttled",
    expression: "IF(requests > 0, 100 * throttled / requests, 0)",
    usingMetrics: {
      throttled: scope.metric("ThrottledRequests", { period }),
      requests: scope.metric("Requests", { period }),
    },
    period,
  });
}

/** 1 where intents wait or are in flight and none has ended. */
export function stalled(scope: ContactTransfer, period: Duration): MathExpression {
  const { intentQueue } = scope;
  return new MathExpression({
    label: "stands still",
    expression: "IF(visible + inFlight > 0 AND FILL(succeeded, 0) + FILL(failed, 0) == 0, 1, 0)",
    usingMetrics: {
      visible: intentQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Minimum" }),
      inFlight: intentQueue.metricApproximateNumberOfMessagesNotVisible({ period, statistic: "Minimum" }),
      succeeded: scope.metricSucceeded({ period }),
      failed: scope.metricFailed({ period }),
    },
    period,
  });
}

/** Events that the rule of the requests could not deliver at its first try or at all. */
export function failedDeliveries({ rule, eventBus }: ContactTransfer, period: Duration): Metric {
  const isDefaultBus = !Token.isUnresolved(eventBus.eventBusName) && eventBus.eventBusName === "default";
  return new Metric({
    namespace: "AWS/Events",
    metricName: "FailedInvocations",
    dimensionsMap: {
      ...(!isDefaultBus && { EventBusName: eventBus.eventBusName }),
      RuleName: ruleName(rule.ruleArn, eventBus.eventBusName),
    },
    statistic: "Sum",
    period,
  });
}
