import type { Message } from "@aws-sdk/client-sqs";
import { UsageError } from "../../cli/errors.ts";
import type { Clock } from "../../lambda/ports.ts";
import type { Instances } from "../../lambda/settings.ts";
import { answerOf } from "../aws/explain-error.ts";
import type { Queue, QueueCounts } from "../aws/queue.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { readLetter } from "../letters/read-letter.ts";
import type { MessageLease } from "./lease.ts";
import { leaseSeconds } from "./lease.ts";

export interface ReceiveOptions<T> {
  readonly queue: Queue;
  readonly lease: MessageLease;
  readonly clock: Clock;
  readonly instances: Instances;
  /** What is kept of a dead letter; undefined keeps nothing of it. */
  readonly keep: (letter: DeadLetter, message: Message) => T | undefined;
  /** Whether to stop before the queue is empty. */
  readonly isEnough?: () => boolean;
  /** Awaited before each receive, so that what is received can be written first. */
  readonly isReady?: () => Promise<void>;
  /** Called at the start with 0, then with how many have been seen so far; `about` is how many SQS counts. */
  readonly onSeen?: (count: number, about: number) => void;
  /** How long an empty queue is polled before it counts as empty. @default 1 */
  readonly waitSeconds?: number;
  /** @default 110,000 of the 120,000 that SQS allows in flight */
  readonly maxInFlight?: number;
  /** Ends the listing. What has been received by then is kept. */
  readonly signal: AbortSignal;
}

/** What was found in the queue. */
export interface Received<T> {
  readonly kept: readonly T[];
  /** How many were seen. */
  readonly seen: number;
  /** Their message ids. */
  readonly seenIds: ReadonlySet<string>;
  /** Why there may be more than that; undefined if all have been seen. */
  readonly mayBeMore?: string;
  readonly retentionMs: number;
}

const receiversAtOnce = 8;
const defaultMaxInFlight = 110_000;

/**
 * Receives every message of the queue once and leases it. SQS has no peek, and none of its numbers is exact: the result
 * says whether there may be more.
 */
export async function receiveLetters<T>(options: ReceiveOptions<T>): Promise<Received<T>> {
  const { queue, lease, clock, keep, instances, onSeen, signal, waitSeconds = 1 } = options;
  const before = await queue.counts();
  refuseIntentQueue(queue, before);
  const about = before.visible + before.inFlight;
  onSeen?.(0, about);
  const maxLeased = (options.maxInFlight ?? defaultMaxInFlight) - before.inFlight;
  const kept: T[] = [];
  // Not from the lease: a message whose lease was lost is received again, and is the same dead letter.
  const seen = new Set<string>();
  let isFull = maxLeased <= 0;

  const receiver = async () => {
    while (!signal.aborted && !isFull && !options.isEnough?.()) {
      await options.isReady?.();
      const askedAt = clock.now();
      // Never aborted: messages of an answer that nobody reads would stay hidden.
      const messages = await queue.receive(10, waitSeconds, leaseSeconds).catch(noMoreInFlight);
      if (messages === "full") isFull = true;
      if (messages === "full" || messages.length === 0) return;
      for (const message of messages) {
        const { MessageId = "", ReceiptHandle = "" } = message;
        lease.add(MessageId, ReceiptHandle, askedAt);
        if (seen.has(MessageId)) continue;
        seen.add(MessageId);
        const worth = keep(readLetter(message, instances), message);
        if (worth !== undefined) kept.push(worth);
      }
      onSeen?.(seen.size, about);
      isFull ||= lease.size >= maxLeased;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: receiversAtOnce }, receiver));
  const failure = ended.find((end) => end.status === "rejected");
  if (failure) throw failure.reason;

  const mayBeMore = isFull ? tooManyInFlight : await whyMore(options);
  return { kept, seen: seen.size, seenIds: seen, mayBeMore, retentionMs: before.retentionMs };
}

/**
 * Receiving live intents would delay them and make the function less certain of each, and a dead letter must not be
 * imported among them.
 * @throws UsageError
 */
export function refuseIntentQueue({ url }: Queue, { movesTo }: QueueCounts): void {
  if (movesTo === undefined) return;
  throw new UsageError(
    `${url} is not a dead-letter queue: SQS moves its own messages to ${movesTo.split(":").at(-1)}, as it does for an intent queue.`,
    { code: "NotADeadLetterQueue", hint: "Check --dead-letter-queue-url and DEAD_LETTER_QUEUE_URL." },
  );
}

const tooManyInFlight =
  "SQS allows 120,000 messages of a queue in flight, and listing needs them there; the rest was not read. Replay or discard some of these, then list again";

async function whyMore({ queue, lease, signal }: ReceiveOptions<unknown>): Promise<string | undefined> {
  if (signal.aborted) return "the listing was interrupted";
  const { visible, inFlight, delayed } = await queue.counts();
  const elsewhere = inFlight - lease.size;
  if (elsewhere > 0) {
    const more = elsewhere === 1 ? "1 more is" : `${elsewhere} more are`;
    return `${more} in flight, received by somebody else, such as another run of this tool`;
  }
  return visible + delayed > 0
    ? "SQS counts more than it has delivered; its counts lag by up to a minute"
    : undefined;
}

function noMoreInFlight(error: unknown): "full" {
  if (answerOf(error).name === "OverLimit") return "full";
  throw error;
}
