import { isReportable } from "../../cli/errors.ts";
import { leastOf } from "../../cli/least-of.ts";
import { recentDeliveries } from "../aws/function-log.ts";
import { recentOutcomes } from "../aws/outcome-log.ts";
import { hashOf } from "../letters/hash.ts";
import { intentIdOf } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import type { ReplayResult } from "../replay/replay-letters.ts";
import { type Session, withLetters } from "../session.ts";
import { type FollowedOutcomes, followOutcomes } from "./follow-outcomes.ts";
import { type CameBack, type FollowedQueue, followQueue, type ReplayedResult } from "./follow-queue.ts";

/** What happened to the replayed messages, as far as the deployment can show it. */
export type Followed =
  | FollowedQueue
  | (FollowedOutcomes & {
      /** Why messages without an outcome are retried, by message id. */
      readonly retried: ReadonlyMap<string, string>;
    });

/** How long a replay is followed by default. */
export const followForMs = 3_600_000;

const defaultEveryMs = 2_000;

/**
 * Follows replayed messages by the outcome log, which says what happened to each. Without one, or if it cannot be read, by
 * the queues: then only what comes back is known. Undefined if nothing was replayed.
 */
export async function followReplay(
  results: readonly ReplayResult[],
  knownIds: ReadonlySet<string>,
  timeoutMs: number,
  session: Session,
): Promise<Followed | undefined> {
  const replayed = results.filter((result) => result.kind === "replayed");
  if (replayed.length === 0) return undefined;
  const { outcomeLogGroupName } = session.deployment.outputs ?? {};
  try {
    if (outcomeLogGroupName !== undefined)
      return await byOutcomes(replayed, outcomeLogGroupName, timeoutMs, session);
  } catch (error) {
    if (!isReportable(error)) throw error;
    session.terminal.note(`Following by the queues instead of the outcome log. ${error.message}`);
  }
  return byQueue(replayed, knownIds, timeoutMs, session);
}

async function byOutcomes(
  replayed: readonly ReplayedResult[],
  logGroupName: string,
  timeoutMs: number,
  session: Session,
): Promise<Followed> {
  const { clock, terminal, signal, followEveryMs: everyMs = defaultEveryMs } = session;
  const logs = await session.logs();
  const followed = await followOutcomes(replayed, {
    readOutcomes: (since) => recentOutcomes(logs, logGroupName, since),
    countIntents: () => session.intentQueue().counts(),
    clock,
    onProgress: (text) => terminal.progress(`Following: ${text} · Ctrl-C stops`),
    everyMs,
    timeoutMs,
    signal,
  });
  terminal.progress(undefined);
  return { ...followed, retried: await whyRetried(followed.open, session) };
}

/** From the function's log, if it can be read: without it they are open all the same. */
async function whyRetried(
  open: readonly ReplayedResult[],
  session: Session,
): Promise<ReadonlyMap<string, string>> {
  const { functionLogGroupName } = session.deployment.outputs ?? {};
  if (open.length === 0 || functionLogGroupName === undefined) return new Map();
  const since = leastOf(open.map(({ replayedAt }) => replayedAt));
  const ids = new Set(open.map(({ messageId }) => messageId));
  try {
    const deliveries = await recentDeliveries(await session.logs(), functionLogGroupName, since);
    return new Map(
      deliveries.flatMap(({ messageId = "", status, reason = "" }) =>
        status === "retry" && ids.has(messageId) ? [[messageId, reason] as const] : [],
      ),
    );
  } catch (error) {
    if (!isReportable(error)) throw error;
    return new Map();
  }
}

function byQueue(
  replayed: readonly ReplayedResult[],
  knownIds: ReadonlySet<string>,
  timeoutMs: number,
  session: Session,
): Promise<FollowedQueue> {
  const { terminal, clock, signal, followEveryMs: everyMs = defaultEveryMs } = session;
  return followQueue(replayed, {
    intentQueue: session.intentQueue(),
    clock,
    signal,
    timeoutMs,
    knownIds,
    everyMs,
    onCounts: ({ visible, inFlight, delayed }) =>
      terminal.progress(
        `Following: ${visible + inFlight + delayed} messages in the intent queue · Ctrl-C stops`,
      ),
    findLetters: async (test) => {
      const keep = (letter: DeadLetter) => (test(letter) ? cameBack(letter) : undefined);
      // An interrupted run still reports what has come back.
      const looking = signal.aborted ? { ...session, signal: new AbortController().signal } : session;
      return (await withLetters(looking, keep, async (found) => found)).kept;
    },
  });
}

function cameBack(letter: DeadLetter): CameBack {
  const { messageId, reason, message, body } = letter;
  return { messageId, intentId: intentIdOf(letter), reason, message, bodyHash: hashOf(body) };
}
