import { InvalidEventPatternError } from "./errors.ts";
import { onlyMember, requireString, type Scalar } from "./operand.ts";
import { parseWildcard, wildcardToRegExp } from "./wildcard.ts";

/** Accepts strings that begin or end with the operand, in any case if the operand is `{ "equals-ignore-case": … }`. */
export function affixMatcher(
  side: "prefix" | "suffix",
  operand: unknown,
  path: string,
): (value: Scalar) => boolean {
  const has = side === "prefix" ? "startsWith" : "endsWith";
  if (typeof operand === "string") return (value) => typeof value === "string" && value[has](operand);
  const [name, folded] = onlyMember(operand, `${side} match pattern must be a string`, path);
  if (name !== "equals-ignore-case") {
    throw new InvalidEventPatternError(`Unsupported ${side} pattern: ${name}`, path);
  }
  const affix = requireString(folded, name, path).toLowerCase();
  return (value) => typeof value === "string" && value.toLowerCase()[has](affix);
}

/** Accepts the string in any case. */
export function ignoreCaseMatcher(expected: string): (value: Scalar) => boolean {
  const folded = expected.toLowerCase();
  return (value) => typeof value === "string" && value.toLowerCase() === folded;
}

/** Accepts whatever one of the wildcards accepts. */
export function wildcardMatcher(wildcards: readonly string[], path: string): (value: Scalar) => boolean {
  const expressions = wildcards.map((wildcard) => wildcardToRegExp(parseWildcard(wildcard, path)));
  return (value) => typeof value === "string" && expressions.some((expression) => expression.test(value));
}
