import { markdownTable } from "markdown-table";
import { type MetricFacts, metricList } from "../../lambda/runtime/metric-list.ts";

/** docs/operations.md: the metrics. */
export function metricsTable(): string {
  const facts: readonly (readonly [string, MetricFacts])[] = Object.entries(metricList);
  const rows = facts.map(([name, { unit, dimensions, statistic, meaning }]) => {
    const by = dimensions.length > 0 ? `, also by ${dimensions.join(", ")}` : "";
    return [`\`${name}\``, `${unit}${by}`, statistic, meaning];
  });
  const head = ["metric", "unit", "shown as", "one value stands for"];
  return markdownTable([head, ...rows], { alignDelimiters: false });
}
