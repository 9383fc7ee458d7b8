import type { Readable } from "node:stream";

/**
 * The body of an answer. The SDK's own collector asks first whether it is a `Blob` or a `ReadableStream`, which loads both
 * of these modules of Node; here it is always a stream of Node's HTTP.
 */
export function collectBody(body: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    body.on("data", (chunk) => chunks.push(chunk));
    body.once("end", () => resolve(Buffer.concat(chunks)));
    body.once("error", reject);
  });
}
