import { type MetricFacts, metricList } from "../../lambda/runtime/metric-list.ts";

/** The metrics as the page on operations shows them. */
export function metricsTable(): string {
  const facts: Readonly<Record<string, MetricFacts>> = metricList;
  const rows = Object.entries(facts).map(([name, { unit, dimensions, statistic, meaning }]) => {
    const by = dimensions.length > 0 ? `, also by ${dimensions.join(", ")}` : "";
    return `| \`${name}\` | ${unit}${by} | ${statistic} | ${meaning} |`;
  });
  return ["| metric | unit | shown as | one value stands for |", "|---|---|---|---|", ...rows].join("\n");
}

/** The page with the table of today between its marks. */
export function withMetricsTable(page: string): string {
  return page.replace(/(<!-- metrics -->\n)[\s\S]*(<!-- \/metrics -->)/, `$1${metricsTable()}\n$2`);
}
