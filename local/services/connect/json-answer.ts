/** An answer in the form of rest-json. */
export function jsonAnswer(output: object): Response {
  const body = JSON.stringify(output, timestampsAsSeconds);
  return new Response(body, { headers: { "content-type": "application/json" } });
}

/** rest-json writes timestamps as seconds since the epoch. */
function timestampsAsSeconds(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Date ? original.getTime() / 1000 : value;
}
