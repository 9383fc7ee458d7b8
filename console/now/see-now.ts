import { leastOf } from "../../cli/least-of.ts";
import type { QueueCounts } from "../../operate/aws/queue.ts";
import { findWaiting, type Waiting } from "../../operate/checks/find-waiting.ts";
import type { Session } from "../../operate/session.ts";
import type { FailureLog } from "../letters/failure-log.ts";
import type { Alarms, Now, QueueDepth } from "../protocol/now.ts";
import { refreshed } from "./refreshed.ts";
import type { SuccessLog } from "./success-log.ts";

export interface NowDeps {
  readonly session: Session;
  /** Both undefined without an outcome log. */
  readonly failures?: FailureLog;
  readonly successes?: SuccessLog;
  readonly alarms: () => Promise<Alarms>;
}

/** What the queues, the logs and the alarms show now. */
export type Seen = Pick<Now, "at" | "deadLetters" | "intents" | "pace" | "outcomes" | "alarms" | "problems">;

/** SQS's counts change no faster, and a page asks more often. */
const countsMs = 2_000;
const logMs = 15_000;
const alarmsMs = 30_000;

const bucketMs = 5 * 60_000;
const buckets = 72;

/** Reads what happens now, without receiving a message. What cannot be read is named among the problems. */
export function createSeeNow({ session, failures, successes, alarms }: NowDeps): () => Promise<Seen> {
  const { clock, deployment } = session;
  const deadLetters = refreshed(() => session.deadLetterQueue().counts(), countsMs, clock.now);
  const hasIntents = deployment.intentQueueUrl !== undefined;
  const intents = refreshed(() => session.intentQueue().counts(), countsMs, clock.now);
  const waiting = refreshed(() => findWaiting(session), logMs, clock.now);
  const seenAlarms = refreshed(alarms, alarmsMs, clock.now);
  return async () => {
    const problems: string[] = [];
    const attempt = <T>(what: Promise<T>): Promise<T | undefined> =>
      what.catch((error) => {
        problems.push((error as Error).message);
        return undefined;
      });
    const now = clock.now();
    if (successes && now - (successes.reading.readAt ?? 0) > logMs) void successes.reading.refresh();
    if (failures && now - (failures.freshness?.readAt ?? 0) > logMs) void failures.reading.refresh();
    const [dead, queued, log, ringing] = await Promise.all([
      attempt(deadLetters.get()),
      hasIntents ? attempt(intents.get()) : undefined,
      hasIntents ? attempt(waiting.get()) : undefined,
      attempt(seenAlarms.get()),
    ]);
    for (const error of [failures?.reading.error, successes?.reading.error])
      if (error !== undefined) problems.push(error);
    return {
      at: now,
      deadLetters: depthOf(dead ?? none),
      intents: queued && depthOf(queued),
      pace: paceOf(queued && depthOf(queued), log, deployment.transfersPerSecond),
      outcomes: outcomesOf(failures, successes, now),
      alarms: ringing ?? { kind: "unknown", why: "They could not be read." },
      problems: [...new Set(problems)],
    };
  };
}

const none = { visible: 0, inFlight: 0, delayed: 0 };

function depthOf({
  visible,
  inFlight,
  delayed,
}: Pick<QueueCounts, "visible" | "inFlight" | "delayed">): QueueDepth {
  return { visible, inFlight, delayed, total: visible + inFlight + delayed };
}

function paceOf(
  intents: QueueDepth | undefined,
  waiting: Waiting | undefined,
  transfersPerSecond: number,
): Now["pace"] {
  const { endedPerSecond, minutes, retried = [] } = waiting?.log ?? {};
  const total = intents?.total ?? 0;
  const byReason = Map.groupBy(retried, ({ reason }) => reason);
  return {
    transfersPerSecond,
    endedPerSecond,
    minutes,
    isPaused: waiting?.isPaused ?? false,
    secondsAtQuota: total / transfersPerSecond,
    secondsAtPace: endedPerSecond ? total / endedPerSecond : undefined,
    retried: Array.from(byReason, ([reason, these]) => ({
      reason,
      count: these.length,
      since: leastOf(these.map(({ since }) => since)),
    })).toSorted((a, b) => b.count - a.count),
  };
}

function outcomesOf(
  failures: FailureLog | undefined,
  successes: SuccessLog | undefined,
  now: number,
): Now["outcomes"] {
  const readAt = successes?.reading.readAt;
  if (!failures?.freshness || !successes || readAt === undefined) return undefined;
  const startsAt = (Math.floor(now / bucketMs) + 1 - buckets) * bucketMs;
  const count = (instants: Iterable<number>) => {
    const counts = Array.from({ length: buckets }, () => 0);
    for (const at of instants) {
      const index = Math.floor((at - startsAt) / bucketMs);
      const before = counts[index];
      if (before !== undefined) counts[index] = before + 1;
    }
    return counts;
  };
  return {
    startsAt,
    bucketMs,
    succeeded: count(Array.from(successes.all(), ({ at }) => at)),
    failed: count(failures.index.all().map(({ row }) => row.failedAt)),
    readAt,
  };
}
