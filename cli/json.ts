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

/** The JSON of a value; undefined if it is nested deeper than V8 can write it, which texts that it can parse may be. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && numberText(value) === undefined
  );
}
