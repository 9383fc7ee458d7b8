import { ToolError } from "../../cli/tool-error.ts";
import type { Clock } from "../../lambda/ports.ts";
import type { Instances } from "../../lambda/settings.ts";
import type { Queue } from "../aws/queue.ts";
import type { Letter } from "../letters/letter.ts";
import { readLetter } from "../letters/read-letter.ts";
import type { LetterHold } from "./lease.ts";
import { holdSeconds } from "./lease.ts";

export interface ReceiveOptions<T> {
  readonly queue: Queue;
  readonly hold: LetterHold;
  readonly clock: Clock;
  readonly instances: Instances;
  /** What is kept of a letter; undefined keeps nothing of it. */
  readonly keep: (letter: Letter) => T | undefined;
  /** Told how many letters have been seen so far. */
  readonly onSeen?: (count: number) => void;
  /** How long an empty queue is asked before it counts as empty. @default 1 */
  readonly waitSeconds?: number;
  /** @default 110,000 of the 120,000 that SQS lets be in flight */
  readonly maxInFlight?: number;
  /** Ends the listing; what has been received until then is kept. */
  readonly signal: AbortSignal;
}

/** What a look at the queue has found. */
export interface Received<T> {
  readonly kept: readonly T[];
  /** How many letters were seen. */
  readonly seen: number;
  /** Why there may be more than that; undefined where all have been seen. */
  readonly mayBeMore?: string;
  readonly retentionMs: number;
}

const receiversAtOnce = 8;
const defaultMaxInFlight = 110_000;

/**
 * Receives every letter of the queue once and holds it. SQS has no peek, and none of its numbers is exact: the result
 * says whether there may be more.
 */
export async function receiveLetters<T>(options: ReceiveOptions<T>): Promise<Received<T>> {
  const { queue, hold, clock, keep, instances, onSeen, signal, waitSeconds = 1 } = options;
  const before = await queue.counts();
  const maxHeld = (options.maxInFlight ?? defaultMaxInFlight) - before.inFlight;
  const kept: T[] = [];
  // Apart from the hold: a message whose hold was lost comes again, and is the same letter.
  const seen = new Set<string>();
  let isFull = maxHeld <= 0;

  const receiver = async () => {
    while (!signal.aborted && !isFull) {
      const askedAt = clock.now();
      // Never cut short: messages of an answer that nobody reads would stay hidden.
      const messages = await queue.receive(10, waitSeconds, holdSeconds).catch(noMoreInFlight);
      if (messages === "full") isFull = true;
      if (messages === "full" || messages.length === 0) return;
      for (const message of messages) {
        const { MessageId = "", ReceiptHandle = "" } = message;
        hold.take(MessageId, ReceiptHandle, askedAt);
        if (seen.has(MessageId)) continue;
        seen.add(MessageId);
        const worth = keep(readLetter(message, instances));
        if (worth !== undefined) kept.push(worth);
      }
      onSeen?.(seen.size);
      isFull ||= hold.size >= maxHeld;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: receiversAtOnce }, receiver));
  const failure = ended.find((end) => end.status === "rejected");
  if (failure) throw failure.reason;

  const mayBeMore = isFull ? tooManyInFlight : await whyMore(options);
  return { kept, seen: seen.size, mayBeMore, retentionMs: before.retentionMs };
}

const tooManyInFlight =
  "SQS lets 120,000 messages of a queue be in flight, and listing needs them there: the rest was not looked at. Replay or discard some of these, then list again";

async function whyMore({ queue, hold, signal }: ReceiveOptions<unknown>): Promise<string | undefined> {
  if (signal.aborted) return "the listing was interrupted";
  const { visible, inFlight, delayed } = await queue.counts();
  const elsewhere = inFlight - hold.size;
  if (elsewhere > 0)
    return `${elsewhere} more are in another's hands right now, such as another run of this tool`;
  return visible + delayed > 0 ? "SQS counts more than it has handed out; counts lag by a minute" : undefined;
}

function noMoreInFlight(error: unknown): "full" {
  const cause = error instanceof ToolError ? (error.cause as { name?: string }) : undefined;
  if (cause?.name === "OverLimit") return "full";
  throw error;
}
