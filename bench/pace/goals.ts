import type { Figures } from "./figures.ts";
import type { Scenario } from "./scenarios.ts";

/** A goal of this project's engine in one scenario, and whether the figures meet it. */
export interface Goal {
  readonly words: string;
  readonly reached: string;
  readonly isMet: boolean;
}

/** At 2 a second, 50 urgent intents take 25 s, after the batches in progress. */
const longestUrgentWaitSeconds = 60;

/** The engine's goals in a kind of scenario. */
export function goalsOf({ kind }: Pick<Scenario, "kind">, figures: Figures): Goal[] {
  const { quotaUsed, throttled, othersThrottled = 0, deadLettered, callsPerTransfer, duplicates } = figures;
  const { urgentP99WaitSeconds = Number.NaN } = figures;
  const atLeast = (what: string, value: number, least: number): Goal => ({
    words: `${what} ≥ ${percent(least)}`,
    reached: percent(value),
    isMet: value >= least,
  });
  const atMost = (what: string, value: number, most: number): Goal => ({
    words: `${what} ≤ ${percent(most)}`,
    reached: percent(value),
    isMet: value <= most,
  });
  const none = (what: string, count: number): Goal => ({
    words: `no ${what}`,
    reached: String(count),
    isMet: count === 0,
  });
  const always = [none("dead letters", deadLettered), none("duplicates", duplicates)];
  switch (kind) {
    case "alone":
      return [
        atLeast("quota used", quotaUsed, 0.98),
        atMost("throttled", throttled, 0.001),
        {
          words: "calls per transfer ≤ 1.02",
          reached: callsPerTransfer.toFixed(3),
          isMet: callsPerTransfer <= 1.02,
        },
        ...always,
      ];
    // Each new instance starts with a slot of its own.
    case "renewed":
      return [atLeast("quota used", quotaUsed, 0.97), atMost("throttled", throttled, 0.05), ...always];
    case "urgent":
      return [
        atLeast("quota used", quotaUsed, 0.98),
        atMost("throttled", throttled, 0.001),
        {
          words: `urgent p99 wait ≤ ${longestUrgentWaitSeconds} s`,
          reached: `${urgentP99WaitSeconds.toFixed(0)} s`,
          isMet: urgentP99WaitSeconds <= longestUrgentWaitSeconds,
        },
        ...always,
      ];
    case "half used by others":
      return [
        atMost("throttled", throttled, 0.1),
        atMost("others throttled", othersThrottled, 0.2),
        ...always,
      ];
    case "set twice too high":
      return [atLeast("quota used", quotaUsed, 0.97), atMost("throttled", throttled, 0.15), ...always];
    case "outage":
      return [atLeast("quota used", quotaUsed, 0.9), atMost("throttled", throttled, 0.01), ...always];
  }
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
