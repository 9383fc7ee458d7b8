import { randomUUID } from "node:crypto";

/** An answer in the form of rest-json. */
export function jsonAnswer(
  output: object,
  { status = 200, headers }: { readonly status?: number; readonly headers?: Record<string, string> } = {},
): Response {
  return new Response(JSON.stringify(output, timestampsAsSeconds), {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": randomUUID(), ...headers },
  });
}

/** rest-json writes timestamps as seconds since the epoch. */
function timestampsAsSeconds(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Date ? original.getTime() / 1000 : value;
}
