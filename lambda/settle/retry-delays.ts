import type { Ports } from "../ports.ts";

/** The queue's `maxReceiveCount`, which is SQS's limit: beyond it SQS itself moves a message to the dead-letter queue. */
const maxReceiveCount = 1000;
/** From this receive on, waits are longer, so that the receives last as long as they must. */
const scarceReceiveCount = 100;
/** Receives in reserve for crashes, and for instances whose clocks are behind. */
const reservedReceives = 5;
/** Receives that an intent keeps for after its end: its outcome and its dead letter may have to wait for a service. */
const settlingReceives = 100;
/**
 * SQS counts its limit of 12 hours from the receive. The invocation can have begun as late as the queue's default visibility
 * timeout after it (180 s), and can have taken its whole time since then (30 s).
 */
const maxVisibilitySeconds = 12 * 3600 - 180 - 30;
/** How long the queue keeps a message. */
export const retentionMs = 13 * 24 * 3_600_000;

/** Longest delays. In an outage of Connect only a probe costs a request, and the first answer serves all that wait. */
const longestSeconds = { retry: 300, outage: 30 };

/**
 * Seconds until what failed is retried: full jitter between 5 s and min(300 s, 5 s · 2^receiveCount), or 30 s in an outage.
 * An event counts as received once.
 */
export function retryDelaySeconds(
  receiveCount: number | undefined,
  random: Ports["random"],
  during: keyof typeof longestSeconds = "retry",
): number {
  const longest = Math.min(longestSeconds[during], 5 * 2 ** (receiveCount ?? 1));
  return 5 + random() * (longest - 5);
}

/** Seconds until shortly before the slot: at most 20 s, since a higher cap collapses throughput, plus up to 5 s of jitter. */
export function slotDelaySeconds(slotAt: number, now: number, random: Ports["random"]): number {
  return Math.min(20, Math.max(1, (slotAt - now) / 1000)) + random() * 5;
}

/** How long a retried message must get by with its receives. */
export type TimeLeft =
  /** Until the intent expires: it is hidden for no longer than that. */
  | { readonly expiresInMs: number }
  /** Until the queue drops the message: it needs no request any more, and must be settled before. */
  | { readonly keptForMs: number };

/**
 * The visibility timeout of a retried message, in whole seconds. Every delivery costs a receive: from the hundredth on a
 * wait is at least the time left ÷ the receives left, so that SQS never moves a message by itself.
 */
export function visibilitySeconds(delaySeconds: number, receiveCount: number, left: TimeLeft): number {
  const isWaiting = "expiresInMs" in left;
  const secondsLeft = (isWaiting ? left.expiresInMs : left.keptForMs) / 1000;
  const reserved = isWaiting ? settlingReceives : reservedReceives;
  const receivesLeft = Math.max(1, maxReceiveCount - reserved - receiveCount);
  const isScarce = receiveCount >= scarceReceiveCount;
  const seconds = isScarce ? Math.max(delaySeconds, secondsLeft / receivesLeft) : delaySeconds;
  const capped = isWaiting ? Math.max(1, Math.min(seconds, secondsLeft)) : seconds;
  return Math.min(maxVisibilitySeconds, Math.ceil(capped));
}
