import { quantileSorted } from "simple-statistics";
import type { Transfer } from "../../local/services/connect/world/connect-world.ts";
import type { CountingQuota } from "./connect-model.ts";
import type { Scenario } from "./scenarios.ts";

/** The figures of a run. Shares are from 0 to 1. */
export interface Figures {
  readonly intents: number;
  readonly transferred: number;
  /**
   * Transfers and granted requests of others, divided by what the quota's rate grants from the first intent to the end
   * of the last one, without an outage. The burst saved up at the start can take it above 1.
   */
  readonly quotaUsed: number;
  /** Share of the deployment's requests. */
  readonly throttled: number;
  /** Share of the requests of others; undefined if there are none. */
  readonly othersThrottled?: number;
  /** Intents in the dead-letter queue, although all are valid. */
  readonly deadLettered: number;
  /** Requests with another token for a contact that had been transferred. */
  readonly duplicates: number;
  /** The time from sending to transfer. */
  readonly medianWaitSeconds: number;
  readonly p99WaitSeconds: number;
  /** Undefined if none are urgent. */
  readonly urgentP99WaitSeconds?: number;
  /** Of invocations, at 256 MB. */
  readonly gigabyteSeconds: number;
  readonly callsPerTransfer: number;
}

export interface Run {
  readonly scenario: Pick<Scenario, "quota" | "outage" | "intents">;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly sentAt: ReadonlyMap<string, number>;
  isUrgent(contactId: string): boolean;
  readonly transfers: readonly Transfer[];
  readonly counts: Pick<CountingQuota, "calls" | "throttled" | "othersCalls" | "othersThrottled">;
  readonly deadLettered: number;
  readonly duplicates: number;
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
  const waitsOf = (some: readonly Transfer[]) =>
    some
      .map(({ contactId, transferredAt }) => (transferredAt - (sentAt.get(contactId) ?? Number.NaN)) / 1000)
      .sort((a, b) => a - b);
  const waits = waitsOf(transfers);
  const urgentWaits = waitsOf(transfers.filter(({ contactId }) => run.isUrgent(contactId)));
  return {
    intents: scenario.intents,
    transferred: transfers.length,
    quotaUsed: (transfers.length + othersCalls - othersThrottled) / granted,
    throttled: throttled / calls,
    othersThrottled: othersCalls > 0 ? othersThrottled / othersCalls : undefined,
    deadLettered: run.deadLettered,
    duplicates: run.duplicates,
    medianWaitSeconds: quantileSorted(waits, 0.5),
    p99WaitSeconds: quantileSorted(waits, 0.99),
    urgentP99WaitSeconds: urgentWaits.length > 0 ? quantileSorted(urgentWaits, 0.99) : undefined,
    gigabyteSeconds: (run.billedMs / 1000) * memoryGigabytes,
    callsPerTransfer: calls / transfers.length,
  };
}
