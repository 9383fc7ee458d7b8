import { numberText, parseLossless } from "../events/lossless-json.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value of a JSON text, in which numbers keep their digits; undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && numberText(value) === undefined
  );
}
