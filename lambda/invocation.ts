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
  const endsBefore = (marginMs: number) => abortedAt(deadlineAt - marginMs, ports.clock, timers.signal);
  const messageSignal = endsBefore(margins.messages);
  try {
    return await work({
      requestId,
      lastStartAt: deadlineAt - margins.lastStart,
      requestSignal: endsBefore(margins.requests),
      signal: endsBefore(margins.answer),
      pendingResults: new Map(),
      outcomes: createBatcher(
        outcomeBatching(ports.putEvents),
        endsBefore(margins.outcomes),
        ports.clock,
        ports.random,
      ),
      sendDeadLetter: createDeadLetterSender(ports, messageSignal),
      intentQueue: createBatcher(queueBatching(ports.enqueue), messageSignal, ports.clock, ports.random),
    });
  } finally {
    timers.abort(noReason);
  }
}

/** An explicit reason: without one, every invocation would create an exception with a stack. */
const noReason = null;

/** A signal that aborts at an instant unless it is cancelled first. */
function abortedAt(at: number, clock: Clock, cancel: AbortSignal): AbortSignal {
  const controller = new AbortController();
  clock.sleep(Math.max(0, at - clock.monotonic()), cancel).then(
    () => controller.abort(),
    () => {},
  );
  return controller.signal;
}
