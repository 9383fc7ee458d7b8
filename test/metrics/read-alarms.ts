import { resolveIntrinsics } from "../../local/template/resolve-intrinsics.ts";
import { compileMetricExpression, type MissingPoints, type Point } from "./metric-expression.ts";
import type { MetricName, MetricStore } from "./metric-store.ts";

/** A metric or an expression of an alarm in CloudFormation. */
interface MetricQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly ReturnData?: boolean;
  readonly MetricStat?: { readonly Metric: StatMetric; readonly Period: number; readonly Stat: string };
}

interface StatMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

interface AlarmProperties extends Partial<StatMetric> {
  readonly Statistic?: string;
  readonly Period?: number;
  readonly Metrics?: readonly MetricQuery[];
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly TreatMissingData?: string;
  readonly AlarmDescription: string;
}

/** An alarm of a template that can be evaluated on metrics. */
export interface ReadAlarm {
  readonly id: string;
  readonly description: string;
  /** The data point of the period that begins at `from`; undefined if there is none. */
  pointAt(store: MetricStore, from: number): Point;
  /** The instants (ends of periods) between `from` and `until` at which it is in ALARM. */
  firesAt(store: MetricStore, from: number, until: number): number[];
}

/** Alarms of a synthesized template, by logical id; references resolve to `Id` or `Id.Attribute`. */
export function readAlarms(
  resources: Readonly<Record<string, { readonly [name: string]: unknown }>>,
  missing?: MissingPoints,
): ReadAlarm[] {
  const references = {
    ref: (name: string) => name,
    attribute: (logicalId: string, attribute: string) =>
      attribute === "Arn"
        ? `arn:aws:events:us-east-1:111122223333:rule/${logicalId}`
        : `${logicalId}.${attribute}`,
  };
  return Object.entries(resources).map(([logicalId, { Properties }]) => {
    const properties = resolveIntrinsics(Properties, logicalId, references) as AlarmProperties;
    const id = logicalId.slice("Transfers".length, -8);
    return { id, description: properties.AlarmDescription, ...evaluator(properties, missing) };
  });
}

const compare: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

/** All of the last `EvaluationPeriods` data points must breach; `TreatMissingData` decides about missing ones. */
function evaluator(alarm: AlarmProperties, missing?: MissingPoints): Pick<ReadAlarm, "pointAt" | "firesAt"> {
  const breaches = compare[alarm.ComparisonOperator];
  if (!breaches) throw new Error(`${alarm.ComparisonOperator} is not supported here.`);
  const { periodMs, pointAt } = pointReader(alarm, missing);
  const firesAt: ReadAlarm["firesAt"] = (store, from, until) => {
    const fires: number[] = [];
    let run = 0;
    for (let at = from; at + periodMs <= until; at += periodMs) {
      const point = pointAt(store, at);
      const isBreaching =
        point === undefined ? alarm.TreatMissingData === "breaching" : breaches(point, alarm.Threshold);
      run = isBreaching ? run + 1 : 0;
      if (run >= alarm.EvaluationPeriods) fires.push(at + periodMs);
    }
    return fires;
  };
  return { pointAt, firesAt };
}

function pointReader(alarm: AlarmProperties, missing?: MissingPoints) {
  const { Metrics, Namespace = "", MetricName = "", Dimensions, Statistic = "", Period = 0 } = alarm;
  if (!Metrics) {
    const metric = nameOf({ Namespace, MetricName, Dimensions });
    const pointAt = (store: MetricStore, at: number) => store.statistic(metric, Statistic, at, Period * 1000);
    return { periodMs: Period * 1000, pointAt };
  }
  const stats = Metrics.flatMap(({ Id, MetricStat }) =>
    MetricStat ? [{ Id, metric: nameOf(MetricStat.Metric), ...MetricStat }] : [],
  );
  const periodSeconds = stats[0]?.Period ?? 0;
  const { Expression = "" } = Metrics.find(({ Expression }) => Expression) ?? {};
  const evaluate = compileMetricExpression(Expression, periodSeconds, missing);
  const pointAt = (store: MetricStore, at: number): Point =>
    evaluate(
      Object.fromEntries(
        stats.map(({ Id, metric, Stat }) => [Id, store.statistic(metric, Stat, at, periodSeconds * 1000)]),
      ),
    );
  return { periodMs: periodSeconds * 1000, pointAt };
}

function nameOf({ Namespace, MetricName, Dimensions = [] }: StatMetric): MetricName {
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  return { namespace: Namespace, name: MetricName, dimensions };
}
