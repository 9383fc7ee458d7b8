import { parseLossless } from "../../events/lossless-json.ts";
import { invalidIntent, type Refusal } from "../refusal.ts";

/** Limit of a body, in UTF-8 bytes. */
export const maxBodyBytes = 16 * 1024;

/** A body as JSON, or why it is not JSON. */
export type ParsedEnvelope = { readonly value: unknown } | { readonly refusal: Refusal };

/** Parses the body of a message. V8's own error echoes the body, so only the position is taken from it. */
export function parseEnvelope(body: string): ParsedEnvelope {
  const bytes = Buffer.byteLength(body);
  if (bytes > maxBodyBytes) {
    return refuse(`the body is ${bytes} bytes; the limit is ${maxBodyBytes}`);
  }
  if (body.startsWith("\ufeff")) {
    return refuse("the body begins with a byte order mark (U+FEFF); send it without");
  }
  try {
    return { value: parseLossless(body) };
  } catch (error) {
    return refuse(`the body is not JSON${errorPosition(String(error))}`);
  }
}

function errorPosition(message: string): string {
  if (message.endsWith("Unexpected end of JSON input")) return ": it ends unexpectedly";
  // V8 quotes too little of a body for it to contain this text.
  const [, preposition, position] = / (in|after) JSON at position (\d+)/.exec(message) ?? [];
  if (position === undefined) return "";
  return preposition === "after"
    ? `: more text follows it, from character ${position}`
    : `: syntax error at character ${position}`;
}

function refuse(message: string): ParsedEnvelope {
  return { refusal: invalidIntent([{ path: "", message }]) };
}
