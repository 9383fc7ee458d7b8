import { Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { type MetricByReason, type MetricName, metricList } from "../../lambda/runtime/metric-list.ts";
import { metricsNamespace, metricsServiceName } from "../resources/service-name.ts";

/** Options of a metric that may be had for one reason alone. */
export interface ReasonMetricOptions extends MetricOptions {
  /**
   * The one reason that counts, such as `AccessDenied`.
   *
   * @default - all reasons together
   */
  readonly reason?: string;
}

/** A metric of the function, with the statistic that `metricList` shows it by as the default. */
export function functionMetric(
  scope: Construct,
  metricName: MetricName,
  options: MetricOptions = {},
): Metric {
  return new Metric({
    namespace: metricsNamespace,
    metricName,
    statistic: metricList[metricName].statistic,
    ...options,
    dimensionsMap: { service: metricsServiceName(scope), ...options.dimensionsMap },
  });
}

/** A metric of the function, of one reason or of all. */
export function metricByReason(
  scope: Construct,
  metricName: MetricByReason,
  { reason, ...options }: ReasonMetricOptions = {},
): Metric {
  return functionMetric(scope, metricName, {
    ...options,
    dimensionsMap: { ...(reason !== undefined && { reason }), ...options.dimensionsMap },
  });
}
