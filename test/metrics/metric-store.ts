export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Sample {
  readonly at: number;
  readonly value: number;
}

type Reduce = (values: readonly number[]) => number;

const sum: Reduce = (values) => values.reduce((a, b) => a + b, 0);

const statistics: Readonly<Record<string, Reduce>> = {
  Sum: sum,
  Average: (values) => sum(values) / values.length,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
};

/** Samples of metrics and their statistics, as in CloudWatch. */
export class MetricStore {
  readonly #samples = new Map<string, Sample[]>();

  add(metric: MetricName, value: number, at: number): void {
    const key = keyOf(metric);
    const samples = this.#samples.get(key);
    if (samples) samples.push({ at, value });
    else this.#samples.set(key, [{ at, value }]);
  }

  /** The statistic of a period that begins at `from`; undefined if it has no samples. */
  statistic(metric: MetricName, statistic: string, from: number, periodMs: number): number | undefined {
    const samples = this.#samples.get(keyOf(metric)) ?? [];
    const values = samples.filter(({ at }) => at >= from && at < from + periodMs).map(({ value }) => value);
    if (values.length === 0) return undefined;
    const percentile = /^p(\d+)$/.exec(statistic)?.[1];
    if (percentile !== undefined) {
      const sorted = values.toSorted((a, b) => a - b);
      return sorted[Math.ceil((sorted.length * Number(percentile)) / 100) - 1];
    }
    const reduce = statistics[statistic];
    if (!reduce) throw new Error(`The statistic ${statistic} is not supported here.`);
    return reduce(values);
  }
}

function keyOf({ namespace, name, dimensions }: MetricName): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).toSorted()]);
}
