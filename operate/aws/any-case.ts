import { isObject, type JsonObject } from "../../cli/json.ts";

// AWS writes the names of members in different cases: in contact events, and in CloudTrail's records.

/** A text that is not empty. */
export function textAt(object: JsonObject, name: string): string | undefined {
  const value = valueAt(object, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** An object; an empty one if there is none. */
export function objectAt(object: JsonObject, name: string): JsonObject {
  const value = valueAt(object, name);
  return isObject(value) ? value : {};
}

function valueAt(object: JsonObject, name: string): unknown {
  const found = Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : object[found];
}
