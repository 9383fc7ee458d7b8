import type { Transfer } from "../../local/services/connect/connect-world.ts";
import type { CountingQuota } from "./connect-model.ts";
import type { Scenario } from "./scenarios.ts";

/** What a run is judged by. Shares are from 0 to 1. */
export interface Figures {
  readonly intents: number;
  readonly transferred: number;
  /**
   * Transfers, with the requests of others that were granted, ÷ what the quota's rate grants from the first intent to
   * the end of the last one, an outage left out. The burst that is saved up at the start can take it above 1.
   */
  readonly quotaUsed: number;
  /** Of the requests of the deployment. */
  readonly throttled: number;
  /** Of the requests of others; undefined where there are none. */
  readonly othersThrottled?: number;
  /** Intents in the dead-letter queue: all of them are healthy. */
  readonly deadLettered: number;
  /** Requests under another token for a contact that had been moved. */
  readonly askedAgain: number;
  /** From sent to transferred, in seconds. */
  readonly medianWaitSeconds: number;
  readonly p99WaitSeconds: number;
  /** Of invocations, at 256 MB. */
  readonly gigabyteSeconds: number;
  readonly callsPerTransfer: number;
}

export interface Run {
  readonly scenario: Pick<Scenario, "quota" | "outage" | "intents">;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly sentAt: ReadonlyMap<string, number>;
  readonly transfers: readonly Transfer[];
  readonly counts: Pick<CountingQuota, "calls" | "throttled" | "othersCalls" | "othersThrottled">;
  readonly deadLettered: number;
  readonly askedAgain: number;
  readonly billedMs: number;
}

const memoryGigabytes = 0.25;

export function figuresOf(run: Run): Figures {
  const { scenario, transfers, counts, sentAt } = run;
  const { calls, throttled, othersCalls, othersThrottled } = counts;
  const { fromMs, untilMs } = scenario.outage ?? { fromMs: 0, untilMs: 0 };
  const lastMs = run.endedAt - run.startedAt;
  const downMs = Math.max(0, Math.min(untilMs, lastMs) - fromMs);
  const granted = (scenario.quota.perSecond * (lastMs - downMs)) / 1000;
  const waits = transfers
    .map(({ contactId, transferredAt }) => (transferredAt - (sentAt.get(contactId) ?? Number.NaN)) / 1000)
    .sort((a, b) => a - b);
  return {
    intents: scenario.intents,
    transferred: transfers.length,
    quotaUsed: (transfers.length + othersCalls - othersThrottled) / granted,
    throttled: throttled / calls,
    othersThrottled: othersCalls > 0 ? othersThrottled / othersCalls : undefined,
    deadLettered: run.deadLettered,
    askedAgain: run.askedAgain,
    medianWaitSeconds: quantile(waits, 0.5),
    p99WaitSeconds: quantile(waits, 0.99),
    gigabyteSeconds: (run.billedMs / 1000) * memoryGigabytes,
    callsPerTransfer: calls / transfers.length,
  };
}

/** The smallest value that at least this share of the values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
