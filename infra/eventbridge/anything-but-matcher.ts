import { InvalidEventPatternError } from "./errors.ts";
import { requireNumber } from "./numeric-matcher.ts";
import { onlyMember, requireString, type Scalar } from "./operand.ts";
import { ignoreCaseMatcher, wildcardMatcher } from "./text-matchers.ts";

/** Accepts any value that is not excluded, null included, but never a missing field. */
export function anythingButMatcher(operand: unknown, path: string): (value: Scalar) => boolean {
  const excluded = excludedMatcher(operand, path);
  return (value) => !excluded(value);
}

function excludedMatcher(operand: unknown, path: string): (value: Scalar) => boolean {
  if (typeof operand !== "object" || operand === null || Array.isArray(operand)) {
    const excluded = new Set<Scalar>(excludedValues(operand, path));
    return (value) => excluded.has(value);
  }
  const [name, inner] = onlyMember(operand, "Anything-But expression name not found", path);
  const innerPath = `${path}.${name}`;
  const texts = () => excludedTexts(inner, name, innerPath);
  switch (name) {
    case "prefix":
    case "suffix": {
      const has = name === "prefix" ? "startsWith" : "endsWith";
      const affixes = texts();
      if (affixes.includes(""))
        throw new InvalidEventPatternError("Null prefix/suffix not allowed", innerPath);
      return (value) => typeof value === "string" && affixes.some((affix) => value[has](affix));
    }
    case "equals-ignore-case": {
      const matchers = texts().map(ignoreCaseMatcher);
      return (value) => matchers.some((matches) => matches(value));
    }
    case "wildcard":
      return wildcardMatcher(texts(), innerPath);
    default:
      throw new InvalidEventPatternError(`Unsupported anything-but pattern: ${name}`, path);
  }
}

function excludedValues(operand: unknown, path: string): (string | number)[] {
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  const numbers = values.filter((value) => typeof value === "number");
  const strings = values.filter((value) => typeof value === "string");
  if (numbers.length + strings.length < values.length) {
    throw new InvalidEventPatternError(
      Array.isArray(operand)
        ? "Inside anything but list, start|null|boolean is not supported."
        : "Value of anything-but must be an array or single string/number value.",
      path,
    );
  }
  if ((numbers.length === 0) === (strings.length === 0)) {
    throw new InvalidEventPatternError(
      "Inside anything but list, either all values are number or string, mixed type is not supported",
      path,
    );
  }
  for (const number of numbers) requireNumber(number, "Value of anything-but must be numeric", path);
  return [...numbers, ...strings];
}

function excludedTexts(operand: unknown, name: string, path: string): string[] {
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (values.length === 0) throw new InvalidEventPatternError("Empty arrays are not allowed", path);
  return values.map((value) => requireString(value, name, path));
}
