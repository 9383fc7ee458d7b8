import { InvalidEventPatternError } from "./errors.ts";
import type { Scalar } from "./operand.ts";

/**
 * Numeric matching is "limited to values between -5.0e9 and +5.0e9 inclusive". Newer event-ruler releases accept more;
 * this follows the documentation.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#filtering-numeric-matching
 */
const numericLimit = 5e9;

/** The operand is `["=", n]`, one bound, or a lower bound followed by an upper one. */
export function numericMatcher(operand: unknown, path: string): (value: Scalar) => boolean {
  if (!Array.isArray(operand)) throw new InvalidEventPatternError("Value of numeric must be an array.", path);
  const [first, a, second, b]: unknown[] = operand;
  const low = compareWith(first, a, path);
  if (operand.length === 2) return numberMatcher([low]);
  if (first !== ">" && first !== ">=") {
    throw new InvalidEventPatternError("Too many elements in numeric expression", path);
  }
  if (second !== "<" && second !== "<=") {
    throw new InvalidEventPatternError(`Bad numeric range operator: ${String(second)}`, path);
  }
  const high = compareWith(second, b, path);
  if (operand.length > 4) {
    throw new InvalidEventPatternError("Too many terms in numeric range expression", path);
  }
  if (low.bound >= high.bound) throw new InvalidEventPatternError("Bottom must be less than top", path);
  return numberMatcher([low, high]);
}

interface Comparison {
  readonly bound: number;
  readonly holds: (value: number) => boolean;
}

function compareWith(comparator: unknown, operand: unknown, path: string): Comparison {
  const requireBound = () => requireNumber(operand, `Value of ${String(comparator)} must be numeric`, path);
  const comparison = (holds: (value: number, bound: number) => boolean): Comparison => {
    const bound = requireBound();
    return { bound, holds: (value) => holds(value, bound) };
  };
  switch (comparator) {
    case "=":
      return comparison((value, bound) => value === bound);
    case "<":
      return comparison((value, bound) => value < bound);
    case "<=":
      return comparison((value, bound) => value <= bound);
    case ">":
      return comparison((value, bound) => value > bound);
    case ">=":
      return comparison((value, bound) => value >= bound);
    default:
      throw new InvalidEventPatternError(`Unrecognized numeric range operator: ${String(comparator)}`, path);
  }
}

function numberMatcher(comparisons: readonly Comparison[]): (value: Scalar) => boolean {
  return (value) =>
    typeof value === "number" &&
    Math.abs(value) <= numericLimit &&
    comparisons.every((comparison) => comparison.holds(value));
}

/** An operand that must be a number within the limits of numeric matching. */
export function requireNumber(value: unknown, reason: string, path: string): number {
  if (typeof value !== "number") throw new InvalidEventPatternError(reason, path);
  if (Math.abs(value) <= numericLimit) return value;
  throw new InvalidEventPatternError("Value must be between -5.0e9 and +5.0e9, inclusive", path);
}
