import { Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import { type MetricByReason, type MetricName, metricList } from "../lambda/metric-list.ts";

/** Where the function's metrics are found: it emits them under this namespace and this dimension `service`. */
export const metricsNamespace = "ContactTransfer";
export const metricsServiceName = "contact-transfer";

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
export function functionMetric(metricName: MetricName, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace: metricsNamespace,
    metricName,
    statistic: metricList[metricName].statistic,
    ...options,
    dimensionsMap: { service: metricsServiceName, ...options.dimensionsMap },
  });
}

/** A metric of the function, of one reason or of all. */
export function metricByReason(
  metricName: MetricByReason,
  { reason, ...options }: ReasonMetricOptions = {},
): Metric {
  return functionMetric(metricName, {
    ...options,
    dimensionsMap: { ...(reason !== undefined && { reason }), ...options.dimensionsMap },
  });
}
