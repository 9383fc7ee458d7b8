export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Sample {
  readonly at: number;
  readonly value: number;
}

const minuteMs = 60_000;

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
  /** By metric, then by minute: days of samples are asked for by the minute. */
  readonly #samples = new Map<string, Map<number, Sample[]>>();

  add(metric: MetricName, value: number, at: number): void {
    const key = keyOf(metric);
    const minutes = this.#samples.get(key) ?? new Map<number, Sample[]>();
    this.#samples.set(key, minutes);
    const minute = Math.floor(at / minuteMs);
    const samples = minutes.get(minute);
    if (samples) samples.push({ at, value });
    else minutes.set(minute, [{ at, value }]);
  }

  /** The statistic of a period that begins at `from`; undefined if it has no samples. */
  statistic(metric: MetricName, statistic: string, from: number, periodMs: number): number | undefined {
    const values = this.#valuesIn(metric, from, from + periodMs);
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

  #valuesIn(metric: MetricName, from: number, until: number): number[] {
    const minutes = this.#samples.get(keyOf(metric));
    const values: number[] = [];
    for (let minute = Math.floor(from / minuteMs); minutes && minute * minuteMs < until; minute++) {
      for (const { at, value } of minutes.get(minute) ?? []) if (at >= from && at < until) values.push(value);
    }
    return values;
  }
}

const keys = new WeakMap<MetricName, string>();

function keyOf(metric: MetricName): string {
  const known = keys.get(metric);
  if (known !== undefined) return known;
  const { namespace, name, dimensions } = metric;
  const key = JSON.stringify([namespace, name, Object.entries(dimensions).toSorted()]);
  keys.set(metric, key);
  return key;
}
