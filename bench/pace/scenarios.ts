/** The request quota of an account: requests per second, and how many at once after a pause. */
export interface Quota {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Scenario {
  readonly name: string;
  readonly kind: "alone" | "half used by others" | "set twice too high" | "outage" | "renewed" | "urgent";
  readonly quota: Quota;
  readonly intents: number;
  /** Intents per second, evenly. @default all at once */
  readonly inflowPerSecond?: number;
  readonly transfersPerSecond: number;
  readonly maxConcurrency: number;
  readonly batchSize: number;
  /** Requests per second of other callers in the account, at random instants. */
  readonly othersPerSecond?: number;
  /** Stacks that share the quota, each with an equal share of the intents and of the pace. @default 1 */
  readonly stacks?: number;
  /** The environment of a poller's next invocation, by the milliseconds since the first intent. @default always the same */
  readonly environmentAt?: (sinceMs: number, random: () => number) => number;
  /** Intents of a group of their own that come later; all others are of one group. */
  readonly urgent?: { readonly atMs: number; readonly intents: number };
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
    ...(perSecond === 10 ? [scenario("1,000 intents at once, concurrency 20", { maxConcurrency: 20 })] : []),
    scenario("1,000 intents at once, deployed anew after 20 s, concurrency 5", {
      kind: "renewed",
      maxConcurrency: 5,
      environmentAt: (sinceMs) => (sinceMs < 20_000 ? 0 : 1),
    }),
    scenario("1,000 intents at once, old and new instances take turns, concurrency 5", {
      kind: "renewed",
      maxConcurrency: 5,
      environmentAt: (_, random) => Math.floor(random() * 2),
    }),
    scenario("1,000 intents at once, all instances recycled every minute, concurrency 5", {
      kind: "renewed",
      maxConcurrency: 5,
      environmentAt: (sinceMs) => Math.floor(sinceMs / 60_000),
    }),
    scenario("1,000 intents at once for two stacks, each with half of the pace", {
      kind: "renewed",
      stacks: 2,
      batchSize: defaultBatchSize(perSecond / 2, 2),
    }),
    scenario("2,000 intents at once, 50 urgent ones in a fair queue after 20 s", {
      kind: "urgent",
      intents: 2_050,
      urgent: { atMs: 20_000, intents: 50 },
    }),
  ];
});

/** The construct's default: as many intents as an instance transfers in ten seconds, at most ten. */
function defaultBatchSize(transfersPerSecond: number, maxConcurrency: number): number {
  return Math.min(10, Math.floor((10 * transfersPerSecond) / maxConcurrency));
}
