import type { Readable } from "node:stream";
import { retryMiddlewareOptions } from "@smithy/core/retry";

/** Longest body of a response, in bytes: those of these services are far below it. */
const maxBodyBytes = 1_000_000;

/**
 * Makes a call with a signal that aborts with the given one, or after `ms` milliseconds. It ends then even if the call ignores
 * its signal, as the SDK does after an answer 101: nothing may hold the invocation. `AbortSignal.timeout` would keep its timer
 * after the call, and fire it.
 */
export async function callWithin<T>(
  signal: AbortSignal,
  ms: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const limited = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    reject(reason);
    limited.abort(reason);
  };
  const onAbort = () => end(signal.reason);
  const timer = setTimeout(() => end(new CallTimeoutError()), ms);
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([call(limited.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

class CallTimeoutError extends Error {
  override readonly name = "TimeoutError";
}

class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

interface SdkClient {
  readonly middlewareStack: {
    add(middleware: <Next>(next: Next) => Next, options: typeof retryMiddlewareOptions): void;
  };
}

/**
 * Makes every call of this client a single request. Nothing takes the place of the SDK's retries, which would cost each call an
 * Error with its stack, a random id and two headers even if they end after one attempt.
 */
export function withoutRetries<Client extends SdkClient>(client: Client): Client {
  client.middlewareStack.add((next) => next, retryMiddlewareOptions);
  return client;
}

/**
 * Reads the body of a response. The SDK's own collector first checks for `Blob` and `ReadableStream`, which loads both of
 * these Node modules; here the body is always a stream of Node's HTTP.
 */
export function collectBody(body: Readable, maxBytes = maxBodyBytes): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    body.on("data", (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > maxBytes) body.destroy(new BodyTooLargeError());
      else chunks.push(chunk);
    });
    body.once("end", () => resolve(Buffer.concat(chunks)));
    body.once("error", reject);
  });
}
