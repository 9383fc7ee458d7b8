import { InvalidEventPatternError } from "./errors.ts";

/** A leaf of an event. */
export type Scalar = string | number | boolean | null;

/** The one member of an operator object, such as `{ "prefix": "a" }`; `reason` is the error's if it is not an object. */
export function onlyMember(value: unknown, reason: string, path: string): [string, unknown] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidEventPatternError(reason, path);
  }
  const [member, ...others] = Object.entries(value);
  if (!member) throw new InvalidEventPatternError("Match expression name not found", path);
  if (others.length > 0) throw new InvalidEventPatternError("Only one key allowed in match expression", path);
  return member;
}

/** An operand that must be a string. */
export function requireString(value: unknown, name: string, path: string): string {
  if (typeof value === "string") return value;
  throw new InvalidEventPatternError(`${name} match pattern must be a string`, path);
}
