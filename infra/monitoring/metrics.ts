import { Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import { Token } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { failureReasons } from "../../events/failure-reasons.ts";
import type { RetryReason } from "../../lambda/ports.ts";
import { type MetricByReason, type MetricName, metricList } from "../../lambda/runtime/metric-list.ts";
import { ownRetryReasons } from "../../lambda/runtime/retry-reasons.ts";
import { metricsNamespace, metricsServiceName } from "../resources/service-name.ts";
import { nearestName } from "../settings/nearest-name.ts";
import { quote, SettingError } from "../settings/setting-error.ts";

/** Options of a metric that may be limited to one reason. */
export interface ReasonMetricOptions extends MetricOptions {
  /**
   * The only reason to count, such as `AccessDenied`.
   *
   * Valid Range: A reason that the metric has: an alarm on any other would never fire.
   *
   * @default - all reasons together
   */
  readonly reason?: string;
}

/** Waits for a slot, which count as `Deferred`. */
const deferredReasons: readonly string[] = ["WaitsForSlot", "Throttled"] satisfies RetryReason[];

const reasonsOf: Readonly<Record<MetricByReason, readonly string[]>> = {
  Failed: Object.keys(failureReasons),
  Retried: [...Object.keys(failureReasons), ...Object.keys(ownRetryReasons)].filter(
    (reason) => !deferredReasons.includes(reason),
  ),
};

/** A metric of the function; its statistic in `metricList` is the default. */
export function functionMetric(
  scope: Construct,
  metricName: MetricName,
  options: MetricOptions = {},
): Metric {
  requireName("metric", metricName, Object.keys(metricList));
  return new Metric({
    namespace: metricsNamespace,
    metricName,
    statistic: metricList[metricName].statistic,
    ...options,
    dimensionsMap: { service: metricsServiceName(scope), ...options.dimensionsMap },
  });
}

/** A metric of the function, for one reason or for all. */
export function metricByReason(
  scope: Construct,
  metricName: MetricByReason,
  { reason, ...options }: ReasonMetricOptions = {},
): Metric {
  if (reason !== undefined && !Token.isUnresolved(reason))
    requireName(`reason of the metric ${metricName}`, reason, reasonsOf[metricName]);
  return functionMetric(scope, metricName, {
    ...options,
    dimensionsMap: { ...(reason !== undefined && { reason }), ...options.dimensionsMap },
  });
}

/** Of a name that does not exist, CloudWatch shows no data, and an alarm never fires. */
function requireName(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const nearest = nearestName(name, known);
  const advice = nearest ? `did you mean ${nearest}?` : `there are ${known.join(", ")}.`;
  throw new SettingError(`${quote(name)} is not a ${what}: ${advice}`);
}
