import type { Readable } from "node:stream";

/** Longest body of a response, in bytes: those of these services are far below it. */
const maxBodyBytes = 1_000_000;

/**
 * Makes a call with a signal that aborts with the given one, or after `ms` milliseconds. It ends then even if the call ignores
 * its signal, as the SDK does after an answer 101: nothing may hold the invocation.
 */
export async function callWithin<T>(
  signal: AbortSignal,
  ms: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const limited = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = () => reject(limited.reason);
  limited.addEventListener("abort", end);
  try {
    return await Promise.race([call(limited), ended]);
  } finally {
    limited.removeEventListener("abort", end);
  }
}

class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/**
 * Reads the body of a response. The SDK's own collector first checks for `Blob` and `ReadableStream`, which loads both of
 * these Node modules; here the body is always a stream of Node's HTTP.
 */
export function collectBody(body: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    body.on("data", (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) body.destroy(new BodyTooLargeError());
      else chunks.push(chunk);
    });
    body.once("end", () => resolve(Buffer.concat(chunks)));
    body.once("error", reject);
  });
}
