/** The request quota of an account: requests per second, and how many at once after a pause. */
export interface Quota {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Scenario {
  readonly name: string;
  readonly kind: "alone" | "half used by others" | "set twice too high" | "outage";
  readonly quota: Quota;
  readonly intents: number;
  /** Intents per second, evenly. @default all at once */
  readonly inflowPerSecond?: number;
  readonly transfersPerSecond: number;
  readonly maxConcurrency: number;
  readonly batchSize: number;
  /** Requests per second of other callers in the account, at random instants. */
  readonly othersPerSecond?: number;
  /** When Connect returns 503, in milliseconds since the first intent. */
  readonly outage?: { readonly fromMs: number; readonly untilMs: number };
}

const tenMinutesMs = 600_000;

export const scenarios: readonly Scenario[] = [
  { perSecond: 2, burst: 5 },
  { perSecond: 10, burst: 20 },
].flatMap((quota) => {
  const { perSecond, burst } = quota;
  const scenario = (name: string, overrides: Partial<Scenario>): Scenario => {
    const maxConcurrency = overrides.maxConcurrency ?? 2;
    return {
      name: `${perSecond}/${burst}: ${name}`,
      kind: "alone",
      quota,
      intents: 1_000,
      transfersPerSecond: perSecond,
      maxConcurrency,
      batchSize: defaultBatchSize(perSecond, maxConcurrency),
      ...overrides,
    };
  };
  return [
    scenario("300 intents at once, concurrency 2", { intents: 300 }),
    scenario("1,000 intents at once, concurrency 2", {}),
    scenario("300 intents at once, concurrency 5", { intents: 300, maxConcurrency: 5 }),
    scenario("1,000 intents at once, concurrency 5", { maxConcurrency: 5 }),
    ...[2, 5].map((maxConcurrency) =>
      scenario(`10 minutes of inflow 5 % above the pace, concurrency ${maxConcurrency}`, {
        intents: Math.round(perSecond * 1.05 * 600),
        inflowPerSecond: perSecond * 1.05,
        maxConcurrency,
      }),
    ),
    scenario("1,000 intents at once, others use half of the quota", {
      kind: "half used by others",
      othersPerSecond: perSecond / 2,
    }),
    scenario("1,000 intents at once, pace set twice too high", {
      kind: "set twice too high",
      transfersPerSecond: perSecond * 2,
    }),
    scenario("1,000 intents at once, an outage of 10 minutes after 30 s", {
      kind: "outage",
      outage: { fromMs: 30_000, untilMs: 30_000 + tenMinutesMs },
    }),
  ];
});

/** The construct's default: as many intents as an instance transfers in ten seconds, at most ten. */
function defaultBatchSize(transfersPerSecond: number, maxConcurrency: number): number {
  return Math.min(10, Math.floor((10 * transfersPerSecond) / maxConcurrency));
}
