import { anythingButMatcher } from "./anything-but-matcher.ts";
import { cidrMatcher } from "./cidr-matcher.ts";
import { InvalidEventPatternError } from "./errors.ts";
import { numericMatcher } from "./numeric-matcher.ts";
import { onlyMember, requireString, type Scalar } from "./operand.ts";
import { affixMatcher, ignoreCaseMatcher, wildcardMatcher } from "./text-matchers.ts";
import { parseWildcard, refuseComplexWildcards } from "./wildcard.ts";

/** An alternative in a pattern's leaf: a predicate for the field's value, or the field's absence. */
export type ValueMatcher = ((value: Scalar) => boolean) | "absent";

/**
 * EventBridge's operators. event-ruler's `exactly` is refused because EventBridge does not document it.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
const operators: Record<string, (operand: unknown, path: string) => ValueMatcher> = {
  prefix: (operand, path) => affixMatcher("prefix", operand, path),
  suffix: (operand, path) => affixMatcher("suffix", operand, path),
  "equals-ignore-case": (operand, path) =>
    ignoreCaseMatcher(requireString(operand, "equals-ignore-case", path)),
  wildcard: (operand, path) => wildcardMatcher([requireString(operand, "wildcard", path)], path),
  "anything-but": anythingButMatcher,
  numeric: numericMatcher,
  cidr: cidrMatcher,
  exists: existsMatcher,
};

/** Whether a name is an operator; inside `$or`, those are reserved. */
export function isOperator(name: string): boolean {
  return Object.hasOwn(operators, name);
}

/** Compiles the array at a leaf of a pattern: a field matches when one of the alternatives does. */
export function compileValueMatchers(alternatives: readonly unknown[], path: string): ValueMatcher[] {
  if (alternatives.length === 0) throw new InvalidEventPatternError("Empty arrays are not allowed", path);
  const matchers = alternatives.map((rule, i) => compileValueMatcher(rule, `${path}[${i}]`));
  refuseComplexWildcards(
    alternatives.flatMap(wildcardsOf).map((wildcard) => parseWildcard(wildcard, path)),
    path,
  );
  return matchers;
}

/**
 * Compares strings "character-by-character", without event-ruler's reading of strings as IP addresses, and numbers by
 * value, as event-ruler does: 300, 300.0 and 3.0e2 are equal. (An older user guide compared their notation, which
 * parsed JSON does not preserve.)
 */
function compileValueMatcher(rule: unknown, path: string): ValueMatcher {
  if (isScalar(rule)) return (value) => value === rule;
  const [name, operand] = onlyMember(rule, "Match value must be String, number, true, false, or null", path);
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (!operator) throw new InvalidEventPatternError(`Unrecognized match type ${name}`, path);
  return operator(operand, `${path}.${name}`);
}

function existsMatcher(operand: unknown, path: string): ValueMatcher {
  if (typeof operand !== "boolean") {
    throw new InvalidEventPatternError("exists match pattern must be either true or false.", path);
  }
  return operand ? () => true : "absent";
}

/** The wildcards that an alternative adds to its field; their complexity is limited together. */
function wildcardsOf(rule: unknown): string[] {
  if (typeof rule !== "object" || rule === null) return [];
  const { wildcard, "anything-but": anythingBut } = rule as Record<string, unknown>;
  if (typeof wildcard === "string") return [wildcard];
  if (typeof anythingBut !== "object" || anythingBut === null) return [];
  return [(anythingBut as Record<string, unknown>).wildcard]
    .flat()
    .filter((text) => typeof text === "string");
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
