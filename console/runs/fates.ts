import { leastOf } from "../../cli/least-of.ts";
import type { Queue } from "../../operate/aws/queue.ts";
import { hashOf } from "../../operate/letters/hash.ts";
import type { DeadLetter } from "../../operate/letters/letter.ts";
import type { ReplayResult } from "../../operate/replay/replay-letters.ts";
import { type Session, withLetters } from "../../operate/session.ts";
import type { FailureLog } from "../letters/failure-log.ts";
import type { SuccessLog } from "../now/success-log.ts";
import type { Fate } from "../protocol/runs.ts";

export type Sent = ReplayResult & { kind: "replayed" };

/** What became of a message that was replayed. */
export interface KnownFate {
  readonly fate: Fate;
  /** Of one that failed again. */
  readonly reason?: string;
  readonly message?: string;
  readonly newContactId?: string;
  readonly endedAt?: number;
}

export interface FateReader {
  /** Reads what is new about messages that were sent. */
  refresh(sent: readonly Sent[]): Promise<void>;
  fateOf(sent: Sent): KnownFate;
}

const waiting: KnownFate = { fate: "waiting" };

/** From the outcome log: a transfer is known by its client token, a failure by the message that was sent, or its token. */
export function fatesFromLog(failures: FailureLog, successes: SuccessLog): FateReader {
  return {
    async refresh() {
      await Promise.all([failures.reading.refresh(), successes.reading.refresh()]);
      const error = failures.reading.error ?? successes.reading.error;
      if (error !== undefined) throw new Error(error);
    },
    fateOf({ messageId, replayedAt, facts: { clientToken } }) {
      const success = clientToken === undefined ? undefined : successes.ofToken(clientToken);
      // EventBridge's times are whole seconds.
      if (success && success.at >= Math.floor(replayedAt / 1000) * 1000) {
        return { fate: "transferred", newContactId: success.newContactId, endedAt: success.at };
      }
      const failure = failures.ofMessage(messageId, clientToken, replayedAt);
      if (!failure) return waiting;
      const { reason, message, failedAt } = failure.row;
      return { fate: "failed again", reason, message, endedAt: failedAt };
    },
  };
}

/** SQS's counts lag: the intent queue counts as empty after this many empty readings in a row. */
const emptyReadings = 3;

/**
 * Without an outcome log: once the intent queue is empty, the dead-letter queue is received to find what has come back, as
 * `--follow` does. That the others were transferred is not known.
 */
export function fatesFromQueue(session: Session): FateReader {
  const known = new Map<string, KnownFate>();
  let empty = 0;
  return {
    async refresh(sent) {
      empty = (await isEmpty(session.intentQueue())) ? empty + 1 : 0;
      const open = sent.filter(({ messageId }) => !known.has(messageId));
      if (empty < emptyReadings || open.length === 0) return;
      const hashes = new Set(open.map(({ bodyHash }) => bodyHash));
      const sentAt = leastOf(open.map(({ replayedAt }) => replayedAt));
      const keep = (letter: DeadLetter) => {
        const bodyHash = hashOf(letter.body);
        const { reason, message, failedAt } = letter;
        return hashes.has(bodyHash) && letter.sentAt >= sentAt
          ? { bodyHash, reason, message, failedAt }
          : undefined;
      };
      const { kept } = await withLetters(session, keep, async (found) => found);
      const byHash = new Map(kept.map((letter) => [letter.bodyHash, letter]));
      for (const { bodyHash, messageId } of open) {
        const back = byHash.get(bodyHash);
        if (!back) known.set(messageId, { fate: "not failed" });
        else {
          const { reason, message, failedAt } = back;
          known.set(messageId, { fate: "failed again", reason, message, endedAt: failedAt });
        }
      }
    },
    fateOf: ({ messageId }) => known.get(messageId) ?? waiting,
  };
}

async function isEmpty(queue: Queue): Promise<boolean> {
  const { visible, inFlight, delayed } = await queue.counts();
  return visible + inFlight + delayed === 0;
}
