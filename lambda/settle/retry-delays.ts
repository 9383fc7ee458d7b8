import type { Ports } from "../ports.ts";

/** The queue's `maxReceiveCount`, which is SQS's limit: beyond it SQS itself moves a message to the dead-letter queue. */
const maxReceiveCount = 1000;
/** From this receive on, waits are longer, so that the receives last as long as the intent. */
const scarceReceiveCount = 100;
/** Receives in reserve for crashes, and for instances whose clocks are behind. */
const reservedReceives = 5;
/** SQS counts its limit of 12 hours from the receive, which was up to the queue's default visibility timeout ago. */
const maxVisibilitySeconds = 12 * 3600 - 180;

/** Seconds until a failed request is retried: full jitter between 5 s and min(300 s, 5 s · 2^receiveCount). */
export function retryDelaySeconds(receiveCount: number, random: Ports["random"]): number {
  const longest = Math.min(300, 5 * 2 ** Math.min(receiveCount, 10));
  return 5 + random() * (longest - 5);
}

/** Seconds until shortly before the slot: at most 20 s, since a higher cap collapses throughput, plus up to 5 s of jitter. */
export function slotDelaySeconds(slotAt: number, now: number, random: Ports["random"]): number {
  return Math.min(20, Math.max(1, (slotAt - now) / 1000)) + random() * 5;
}

/**
 * The visibility timeout of a retried message, in whole seconds. Every delivery costs a receive: from the hundredth on a
 * wait is at least (time left until the intent expires) ÷ (receives left), with a few receives in reserve.
 */
export function visibilitySeconds(delaySeconds: number, receiveCount: number, ageLeftMs: number): number {
  const receivesLeft = Math.max(1, maxReceiveCount - reservedReceives - receiveCount);
  const least = receiveCount >= scarceReceiveCount ? Math.max(0, ageLeftMs) / 1000 / receivesLeft : 0;
  return Math.min(maxVisibilitySeconds, Math.ceil(Math.max(delaySeconds, least)));
}
