import { invalidIntent, type Refusal } from "../refusal.ts";

/** The longest body that is taken, in UTF-8 bytes. */
export const maxBodyBytes = 16 * 1024;

/** A body as JSON, or why it is none. */
export type ParsedEnvelope = { readonly value: unknown } | { readonly refusal: Refusal };

/** Parses the body of a message. V8's own message would echo the body: only the position is taken from it. */
export function parseEnvelope(body: string): ParsedEnvelope {
  const bytes = Buffer.byteLength(body);
  if (bytes > maxBodyBytes) {
    return refuse(`the body has ${bytes} bytes; at most ${maxBodyBytes} are taken`);
  }
  try {
    return { value: JSON.parse(body) };
  } catch (error) {
    return refuse(`the body is not JSON${whereItBreaks(String(error))}`);
  }
}

function whereItBreaks(message: string): string {
  if (message.endsWith("Unexpected end of JSON input")) return ": it ends too early";
  const position = / in JSON at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message)?.[1];
  return position ? `: it breaks at character ${position}` : "";
}

function refuse(message: string): ParsedEnvelope {
  return { refusal: invalidIntent([{ path: "", message }]) };
}
