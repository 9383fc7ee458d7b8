/**
 * The body of an answer. The SDK's own collector asks first whether it is a `Blob` or a `ReadableStream`, which loads both
 * of these modules of Node; here it is always a stream of Node's HTTP.
 */
export async function collectBody(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
