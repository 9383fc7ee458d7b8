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
import { reasonNames } from "../../events/failure-reasons.ts";
import type { ContactTransfer } from "../contact-transfer.ts";
import { numberText } from "../resources/number-text.ts";
import type { Settings } from "../settings/resolve-settings.ts";
import { failedDeliveries } from "./alarm-signals.ts";

const period = Duration.minutes(5);
const quarter = { width: 6, height: 6, period } as const;

/** The dashboard: the first row tells an intent's way from left to right, the second how well it goes. */
export function createDashboard(scope: ContactTransfer, settings: Settings, alarms: Alarm[]): Dashboard {
  const dashboard = new Dashboard(scope, "Dashboard", { periodOverride: PeriodOverride.AUTO });
  dashboard.addWidgets(
    new TextWidget({
      markdown:
        "**requested → waiting → transferring → outcome** · what each alarm means: docs/operations.md",
      width: 24,
      height: 1,
    }),
  );
  dashboard.addWidgets(...way(scope));
  dashboard.addWidgets(...health(scope, settings));
  dashboard.addWidgets(
    new AlarmStatusWidget({ title: "Alarms", alarms, width: 12, height: 4 }),
    graph(
      "Function",
      [
        scope.function.metricErrors({ period, label: "errors" }),
        scope.function.metricThrottles({ period, label: "invocations held back" }),
        failedDeliveries(scope, period),
      ],
      { width: 12, height: 4 },
    ),
  );
  return dashboard;
}

function way(scope: ContactTransfer): GraphWidget[] {
  const { intentQueue } = scope;
  return [
    graph("1 Requested", [
      intentQueue.metricNumberOfMessagesSent({ period, label: "into the queue" }),
      scope.metric("Replayed", { period, label: "put back by an operator" }),
    ]),
    graph("2 Waiting", [
      intentQueue.metricApproximateNumberOfMessagesVisible({ period, label: "visible" }),
      intentQueue.metricApproximateNumberOfMessagesNotVisible({ period, label: "in flight or deferred" }),
    ]),
    graph("3 Transferring", [
      scope.metric("Requests", { period, label: "requests to Connect" }),
      scope.metric("ThrottledRequests", { period, label: "throttled" }),
      scope.metricRetried({ period, label: "retried" }),
      scope.metric("Deferred", { period, label: "deferred" }),
    ]),
    graph("4 Outcome", [
      scope.metricSucceeded({ period, label: "succeeded" }),
      scope.metricFailed({ period, label: "failed" }),
    ]),
  ];
}

function health(
  scope: ContactTransfer,
  { transfersPerSecond, maxConcurrency, maxIntentAgeSeconds }: Settings,
) {
  return [
    graph(
      "Pace, a second",
      [
        perSecond(scope.metric("Requests", { period }), "used"),
        new MathExpression({
          label: "allowed",
          expression: `allowed * ${numberText(maxConcurrency)}`,
          usingMetrics: { allowed: scope.metric("PaceAllowed", { period }) },
          period,
        }),
      ],
      { leftAnnotations: [{ value: transfersPerSecond, label: "transfersPerSecond" }] },
    ),
    graph(
      "Age, seconds",
      [
        scope.metric("IntentAge", { period, label: "oldest intent seen" }),
        scope.metricAgeAtTransfer({ period, label: "request to transfer, p99" }),
        scope.metricAgeAtTransfer({ period, statistic: "p50", label: "request to transfer, p50" }),
      ],
      { leftAnnotations: [{ value: maxIntentAgeSeconds, label: "maxIntentAge" }] },
    ),
    graph(
      "Failures by reason",
      reasonNames.map((reason) => scope.metricFailed({ period, reason, label: reason })),
      { stacked: true },
    ),
    graph("Dead letters", [
      scope.metricDeadLetters({ period, label: "visible" }),
      scope.deadLetterQueue.metricApproximateNumberOfMessagesNotVisible({
        period,
        label: "in somebody's hands",
      }),
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
