import { isReportable } from "../../cli/errors.ts";
import type { Delivery } from "../aws/function-log.ts";
import { recentDeliveries } from "../aws/function-log.ts";
import type { Session } from "../session.ts";
import { describeRetries } from "../trace/group-intents.ts";
import type { Retried } from "../trace/trace.ts";

/** What waits in the intent queue, without receiving any of it. Instants are milliseconds since 1970. */
export interface Waiting {
  /** SQS's own counts, which lag by a minute. */
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly total: number;
  readonly transfersPerSecond: number;
  /** Nothing is worked off until the stack is resumed. */
  readonly isPaused: boolean;
  /** Seconds until all are worked off at `transfersPerSecond`. */
  readonly secondsAtPace: number;
  /** Undefined if the function's log was not read. */
  readonly log?: WaitingLog;
  /** Why it was not. */
  readonly unread?: string;
}

/** What the function's log of the last minutes knows. */
export interface WaitingLog {
  readonly minutes: number;
  /** Intents that succeeded or failed, per second. */
  readonly endedPerSecond: number;
  /** Intents whose last delivery is retried, the longest first. */
  readonly retried: readonly RetriedIntent[];
}

export interface RetriedIntent extends Retried {
  readonly intentId?: string;
  readonly contactId?: string;
  readonly messageId?: string;
}

/** Long enough to see every retry, whose longest delay is five minutes. */
const minutes = 15;

/** Reads the queue's attributes and the function's log: nothing is received, so no receive counts for an intent. */
export async function findWaiting(session: Session): Promise<Waiting> {
  const { deployment, clock } = session;
  const { functionLogGroupName } = deployment.outputs ?? {};
  const { visible, inFlight, delayed } = await session.intentQueue().counts();
  const total = visible + inFlight + delayed;
  const { transfersPerSecond, isPaused = false } = deployment;
  const counts = { visible, inFlight, delayed, total, transfersPerSecond, isPaused };
  const secondsAtPace = total / transfersPerSecond;
  if (functionLogGroupName === undefined) return { ...counts, secondsAtPace, unread: noFunctionLog };
  const since = clock.now() - minutes * 60_000;
  try {
    const deliveries = await recentDeliveries(await session.logs(), functionLogGroupName, since);
    return { ...counts, secondsAtPace, log: describeLog(deliveries, clock.now()) };
  } catch (error) {
    if (!isReportable(error)) throw error;
    return { ...counts, secondsAtPace, unread: error.message };
  }
}

const noFunctionLog = "The stack has no output FunctionLogGroupName: deploy this version.";

/** The minutes that the log can speak for: a stack or a backlog may be younger than what was asked for. */
function spanOf(deliveries: readonly Delivery[], now: number): number {
  const first = deliveries.reduce((least, { at }) => Math.min(least, at), now);
  return Math.min(minutes, Math.max(1, Math.ceil((now - first) / 60_000)));
}

function describeLog(deliveries: readonly Delivery[], now: number): WaitingLog {
  const span = deliveries.length > 0 ? spanOf(deliveries, now) : minutes;
  const byIntent = Map.groupBy(
    deliveries,
    ({ clientToken, messageId, intentId }) => clientToken ?? messageId ?? intentId ?? "",
  );
  const ended = deliveries.filter(({ status }) => status !== "retry").length;
  const retried = [...byIntent.values()].flatMap((those) => {
    const last = those.at(-1);
    if (last?.status !== "retry") return [];
    const { intentId, contactId, messageId } = last;
    return [{ intentId, contactId, messageId, ...describeRetries(those) }];
  });
  return {
    minutes: span,
    endedPerSecond: ended / (span * 60),
    retried: retried.toSorted((a, b) => a.since - b.since),
  };
}
