import type { IntentRecord } from "../intake/record.ts";

/** Retries end only after all three: `retryFor` since the first receive, this many receives, this many failed requests. */
const minReceives = 3;
const minFailedRequests = 3;

/** Failed requests after which this delivery stops: one, or as many as a permanent failure takes. */
export function maxFailedRequests(record: IntentRecord, retryForMs: number, now: number): number {
  return isRetryTimeOver(record, retryForMs, now) ? minFailedRequests : 1;
}

/** Whether an intent whose requests failed in this delivery is retried no more. */
export function failsPermanently(
  record: IntentRecord,
  failedRequests: number,
  retryForMs: number,
  now: number,
): boolean {
  return failedRequests >= minFailedRequests && isRetryTimeOver(record, retryForMs, now);
}

/** An event has no receives: its time is never over. */
function isRetryTimeOver({ delivery }: IntentRecord, retryForMs: number, now: number): boolean {
  if (!delivery) return false;
  return delivery.receiveCount >= minReceives && now - delivery.firstReceivedAt >= retryForMs;
}
