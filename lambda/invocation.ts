import type { Clock, Ports } from "./ports.ts";
import { createBatcher } from "./settle/batcher.ts";
import { createDeadLetterSender } from "./settle/dead-letter-sender.ts";
import { outcomeBatching } from "./settle/outcome-batching.ts";
import { queueBatching } from "./settle/queue-batching.ts";
import type { SettleInvocation } from "./settle/record-context.ts";
import type { PendingResults } from "./transfer/result-cache.ts";
import type { TransferInvocation } from "./transfer/transfer-at-pace.ts";

/** What the records of one invocation share: its deadlines and its batches. None of it outlives the answer. */
export interface Invocation extends TransferInvocation, SettleInvocation {
  readonly pendingResults: PendingResults;
}

/**
 * Milliseconds before the end of the invocation: the last start of a request, and the end of what follows, one after the other:
 * requests to Connect, outcomes, messages to the two queues, changes of visibility. Each ends early enough for the next.
 */
const margins = { lastStart: 4_500, requests: 3_000, outcomes: 2_000, messages: 900, answer: 400 };

/** Runs `work` with signals that abort before the invocation ends, at `deadlineAt` (by the monotonic clock). */
export async function withInvocation<T>(
  requestId: string,
  deadlineAt: number,
  ports: Ports,
  work: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  const timers = new AbortController();
  const ends = {
    requests: new AbortController(),
    outcomes: new AbortController(),
    messages: new AbortController(),
    answer: new AbortController(),
  };
  /** One timer at a time: to cancel one costs an exception. */
  const endInOrder = async () => {
    for (const part of ["requests", "outcomes", "messages", "answer"] as const) {
      await ports.clock.sleep(msUntil(deadlineAt - margins[part], ports.clock), timers.signal);
      ends[part].abort();
    }
  };
  endInOrder().catch(() => {});
  try {
    return await work({
      requestId,
      lastStartAt: deadlineAt - margins.lastStart,
      requestSignal: ends.requests.signal,
      signal: ends.answer.signal,
      pendingResults: new Map(),
      outcomes: createBatcher(
        outcomeBatching(ports.putEvents),
        ends.outcomes.signal,
        ports.clock,
        ports.random,
      ),
      sendDeadLetter: createDeadLetterSender(ports, ends.messages.signal),
      intentQueue: createBatcher(
        queueBatching(ports.enqueue),
        ends.messages.signal,
        ports.clock,
        ports.random,
      ),
    });
  } finally {
    timers.abort(noReason);
  }
}

/** An explicit reason: without one, every invocation would create an exception with a stack. */
const noReason = null;

function msUntil(at: number, clock: Clock): number {
  return Math.max(0, at - clock.monotonic());
}
