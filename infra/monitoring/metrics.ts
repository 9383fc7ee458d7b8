import { Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { type MetricByReason, type MetricName, metricList } from "../../lambda/runtime/metric-list.ts";
import { metricsNamespace, metricsServiceName } from "../resources/service-name.ts";

/** Options of a metric that may be limited to one reason. */
export interface ReasonMetricOptions extends MetricOptions {
  /**
   * The only reason to count, such as `AccessDenied`.
   *
   * @default - all reasons together
   */
  readonly reason?: string;
}

/** A metric of the function; its statistic in `metricList` is the default. */
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

/** A metric of the function, for one reason or for all. */
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
