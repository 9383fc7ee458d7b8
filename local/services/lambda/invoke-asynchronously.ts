import { setTimeout as sleep } from "node:timers/promises";
import type { LocalFunction } from "./local-function.ts";

export interface AsynchronousInvocationOptions {
  readonly timeScale: number;
  readonly signal: AbortSignal;
  readonly onLog: (line: string) => void;
  /** Called after the last failure. @default the event is dropped */
  readonly sendDeadLetter?: (errorMessage: string) => Promise<void>;
}

/** Lambda waits one minute before the first retry of an event and two before the second and last. */
const retryAfterSeconds = [60, 120];

/**
 * Invokes the function with an event as Lambda does: the caller does not wait, and a failure is retried twice.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export async function invokeAsynchronously(
  lambda: LocalFunction,
  event: unknown,
  { timeScale, signal, onLog, sendDeadLetter }: AsynchronousInvocationOptions,
): Promise<void> {
  for (const waitSeconds of [...retryAfterSeconds, undefined]) {
    const result = await lambda.invoke(event);
    if (result.kind === "returned" || signal.aborted) return;
    onLog(`An event failed: ${result.errorType}: ${result.errorMessage}`);
    if (waitSeconds === undefined && sendDeadLetter) return sendDeadLetter(result.errorMessage);
    if (waitSeconds === undefined) break;
    await sleep((waitSeconds * 1000) / timeScale, undefined, { signal }).catch(() => {});
  }
  if (!signal.aborted) onLog("An event failed three times and is dropped.");
}
