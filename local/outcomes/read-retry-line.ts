/** A line of the function's log about a delivery that is retried later. */
export interface RetryLine {
  readonly reason: string;
  readonly messageId?: string;
  readonly intentId?: string;
}

/** Reads a line of the function's log; undefined if it is about something else. */
export function readRetryLine(line: string): RetryLine | undefined {
  if (!line.includes('"status":"retry"')) return undefined;
  try {
    const { status, reason, messageId, intentId } = JSON.parse(line) as Record<string, string | undefined>;
    return status === "retry" && reason !== undefined ? { reason, messageId, intentId } : undefined;
  } catch {
    return undefined;
  }
}
