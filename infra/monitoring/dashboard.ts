import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  PeriodOverride,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import { Duration } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { failureReasons } from "../../events/failure-reasons.ts";
import type { TransferParts } from "../parts.ts";
import { numberText } from "../settings/number-text.ts";
import type { Settings } from "../settings/settings.ts";
import { failedDeliveries } from "./alarm-signals.ts";
import { functionMetric, metricByReason } from "./metrics.ts";

const period = Duration.minutes(5);
const quarter = { width: 6, height: 6, period } as const;

/** The first row follows an intent from left to right, the second shows health. */
export function createDashboard(
  scope: Construct & TransferParts,
  settings: Settings,
  alarms: Alarm[],
): Dashboard {
  const dashboard = new Dashboard(scope, "Dashboard", { periodOverride: PeriodOverride.AUTO });
  dashboard.addWidgets(
    new TextWidget({
      markdown: `**requested → waiting → transferring → outcome** · [what the alarms mean](${settings.runbookUrl})`,
      width: 24,
      height: 1,
    }),
  );
  dashboard.addWidgets(...path(scope));
  dashboard.addWidgets(...health(scope, settings));
  dashboard.addWidgets(
    new AlarmStatusWidget({ title: "Alarms", alarms, width: 12, height: 4 }),
    graph(
      "Function",
      [
        scope.function.metricErrors({ period, label: "errors" }),
        scope.function.metricThrottles({ period, label: "throttled invocations" }),
        failedDeliveries(scope.rule, scope.eventBus, period),
      ],
      { width: 12, height: 4 },
    ),
  );
  return dashboard;
}

function path(scope: Construct & TransferParts): GraphWidget[] {
  const { intentQueue } = scope;
  return [
    graph("1 Requested", [
      intentQueue.metricNumberOfMessagesSent({ period, label: "into the queue" }),
      functionMetric(scope, "Replayed", { period, label: "replayed" }),
    ]),
    graph("2 Waiting", [
      intentQueue.metricApproximateNumberOfMessagesVisible({ period, label: "visible" }),
      intentQueue.metricApproximateNumberOfMessagesNotVisible({ period, label: "in flight or deferred" }),
    ]),
    graph("3 Transferring", [
      functionMetric(scope, "Requests", { period, label: "requests to Connect" }),
      functionMetric(scope, "ThrottledRequests", { period, label: "throttled" }),
      functionMetric(scope, "Retried", { period, label: "retried" }),
      functionMetric(scope, "Deferred", { period, label: "deferred" }),
    ]),
    graph("4 Outcome", [
      functionMetric(scope, "Succeeded", { period, label: "succeeded" }),
      functionMetric(scope, "Failed", { period, label: "failed" }),
    ]),
  ];
}

function health(
  scope: Construct & TransferParts,
  { transfersPerSecond, maxConcurrency, maxIntentAge }: Settings,
) {
  return [
    graph(
      "Pace, per second",
      [
        perSecond(functionMetric(scope, "Requests", { period }), "used"),
        new MathExpression({
          label: "allowed",
          expression: `allowed * ${numberText(maxConcurrency)}`,
          usingMetrics: { allowed: functionMetric(scope, "PaceAllowed", { period }) },
          period,
        }),
      ],
      { leftAnnotations: [{ value: transfersPerSecond, label: "transfersPerSecond" }] },
    ),
    graph(
      "Age, seconds",
      [
        functionMetric(scope, "IntentAge", { period, label: "oldest intent seen" }),
        functionMetric(scope, "AgeAtTransfer", { period, label: "request to transfer, p99" }),
        functionMetric(scope, "AgeAtTransfer", {
          period,
          statistic: "p50",
          label: "request to transfer, p50",
        }),
      ],
      { leftAnnotations: [{ value: maxIntentAge.toSeconds(), label: "maxIntentAge" }] },
    ),
    graph(
      "Failures by reason",
      Object.keys(failureReasons).map((reason) =>
        metricByReason(scope, "Failed", { period, reason, label: reason }),
      ),
      { stacked: true },
    ),
    graph("Dead letters", [
      scope.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, label: "visible" }),
      scope.deadLetterQueue.metricApproximateNumberOfMessagesNotVisible({ period, label: "in flight" }),
    ]),
  ];
}

function graph(
  title: string,
  left: IMetric[],
  options: Omit<ConstructorParameters<typeof GraphWidget>[0], "title" | "left"> = {},
): GraphWidget {
  return new GraphWidget({ ...quarter, title, left, leftYAxis: { min: 0 }, ...options });
}

function perSecond(metric: IMetric, label: string): MathExpression {
  return new MathExpression({ label, expression: "m / PERIOD(m)", usingMetrics: { m: metric }, period });
}
