import { resolveIntrinsics } from "../../local/template/resolve-intrinsics.ts";
import { compileMetricExpression, type Point } from "../../test/metrics/metric-expression.ts";
import type { MetricStore } from "../../test/metrics/metric-store.ts";

/** A line of a graph. */
export interface Series {
  readonly label: string;
  readonly points: readonly Point[];
}

/** A widget of a synthesized dashboard, in its grid of 24 columns. */
export interface Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly series: readonly Series[];
  readonly limit?: { readonly label: string; readonly value: number };
}

interface RowOptions {
  readonly id?: string;
  readonly label?: string;
  readonly expression?: string;
  readonly visible?: boolean;
  readonly stat?: string;
}

interface WidgetJson {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly annotations?: { readonly horizontal?: readonly { label: string; value: number }[] };
  };
}

/** The graphs of a dashboard with the points that they would show, one for each five minutes. */
export function readDashboard(body: unknown, store: MetricStore, from: number, until: number): Widget[] {
  const references = {
    ref: (name: string) => name,
    attribute: (logicalId: string, attribute: string) =>
      attribute === "Arn"
        ? `arn:aws:events:us-east-1:111122223333:rule/${logicalId}`
        : `${logicalId}.${attribute}`,
  };
  const { widgets }: { widgets: WidgetJson[] } = JSON.parse(
    String(resolveIntrinsics(body, "DashboardBody", references)),
  );
  return widgets
    .filter(({ type, properties }) => type === "metric" && properties.metrics)
    .map(({ x, y, width, height, properties: { title = "", metrics = [], annotations } }) => ({
      x,
      y,
      width,
      height,
      title,
      series: readSeries(metrics, store, from, until),
      limit: annotations?.horizontal?.[0],
    }));
}

const periodMs = 300_000;

function readSeries(
  rows: readonly (readonly unknown[])[],
  store: MetricStore,
  from: number,
  until: number,
): Series[] {
  const instants = Array.from(
    { length: Math.floor((until - from) / periodMs) },
    (_, i) => from + i * periodMs,
  );
  const read = rows.map((row) => ({
    names: row.slice(0, -1).map(String),
    options: row.at(-1) as RowOptions,
  }));
  const pointsOf = ({ names, options }: (typeof read)[number]): Point[] => {
    const [namespace = "", name = "", ...pairs] = names;
    const dimensions = Object.fromEntries(
      pairs.flatMap((key, index) => (index % 2 === 0 ? [[key, pairs[index + 1] ?? ""]] : [])),
    );
    const metric = { namespace, name, dimensions };
    return instants.map((at) => store.statistic(metric, options.stat ?? "Average", at, periodMs));
  };
  const byId = new Map(
    read.filter(({ options }) => options.id).map((row) => [row.options.id ?? "", pointsOf(row)]),
  );
  return read
    .filter(({ options }) => options.visible !== false)
    .map((row) => {
      const { expression, label = row.names[1] ?? "" } = row.options;
      if (expression === undefined) return { label, points: pointsOf(row) };
      const evaluate = compileMetricExpression(expression, periodMs / 1000);
      const points = instants.map((_, index) =>
        evaluate(Object.fromEntries([...byId].map(([id, values]) => [id, values[index]]))),
      );
      return { label, points };
    });
}
