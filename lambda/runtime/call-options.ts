import type { Readable } from "node:stream";

/** A signal that aborts with the given one, or after `ms` milliseconds. */
export function withTimeout(signal: AbortSignal, ms: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(ms)]);
}

/**
 * Reads the body of a response. The SDK's own collector first checks for `Blob` and `ReadableStream`, which loads both of
 * these Node modules; here the body is always a stream of Node's HTTP.
 */
export function collectBody(body: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    body.on("data", (chunk) => chunks.push(chunk));
    body.once("end", () => resolve(Buffer.concat(chunks)));
    body.once("error", reject);
  });
}
