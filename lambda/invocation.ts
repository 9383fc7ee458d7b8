import type { Clock, Ports } from "./ports.ts";
import { createBatcher } from "./settle/batcher.ts";
import { createDeadLetterSender } from "./settle/dead-letter-sender.ts";
import { outcomeBatching } from "./settle/outcome-batching.ts";
import { queueBatching } from "./settle/queue-batching.ts";
import type { SettleInvocation } from "./settle/record-context.ts";
import type { TransferInvocation } from "./transfer/transfer-at-pace.ts";

/** What the records of one invocation share: its deadlines and its batches. None of it outlives the answer. */
export interface Invocation extends TransferInvocation, SettleInvocation {}

/** Milliseconds before the end of the invocation: the last start of a request, the end of all requests, the answer. */
const margins = { lastStart: 3_000, requests: 1_500, answer: 400 };

/** Runs `work` with signals that abort before the invocation ends, at `deadlineAt` (milliseconds since 1970). */
export async function withInvocation<T>(
  requestId: string,
  deadlineAt: number,
  ports: Ports,
  work: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  const timers = new AbortController();
  const requestSignal = abortedAt(deadlineAt - margins.requests, ports.clock, timers.signal);
  const signal = abortedAt(deadlineAt - margins.answer, ports.clock, timers.signal);
  try {
    return await work({
      requestId,
      lastStartAt: deadlineAt - margins.lastStart,
      requestSignal,
      signal,
      denials: new Map(),
      outcomes: createBatcher(outcomeBatching(ports.putEvents), signal, ports.clock, ports.random),
      sendDeadLetter: createDeadLetterSender(ports, signal),
      intentQueue:
        ports.enqueue && createBatcher(queueBatching(ports.enqueue), signal, ports.clock, ports.random),
    });
  } finally {
    timers.abort(cancelled);
  }
}

/** An explicit reason: without one, every invocation would create an exception with a stack. */
const cancelled = "cancelled";

/** A signal that aborts at an instant unless it is cancelled first. */
function abortedAt(at: number, clock: Clock, cancel: AbortSignal): AbortSignal {
  const controller = new AbortController();
  clock.sleep(Math.max(0, at - clock.now()), cancel).then(
    () => controller.abort(),
    () => {},
  );
  return controller.signal;
}
