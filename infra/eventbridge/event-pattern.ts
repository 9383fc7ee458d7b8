import { InvalidEventPatternError } from "./errors.ts";
import type { Scalar } from "./operand.ts";
import { compileValueMatchers, isOperator, type ValueMatcher } from "./value-matcher.ts";

/** The most characters a pattern may have. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const maxPatternLength = 2048;

/** The most combinations that `$or` may expand into, so that a short pattern cannot exhaust the memory. */
const maxAlternatives = 1000;

/** Fields that must all match: one of the combinations that `$or` expands into. */
type Alternative = ReadonlyMap<string, readonly ValueMatcher[]>;

/** A value of an event, and the array elements (array number → index) that contain it. */
interface FieldValue {
  readonly value: Scalar;
  readonly elements: ReadonlyMap<number, number>;
}

/**
 * Compiles an event pattern, given as JSON text or as an object, into a function that returns whether an event matches.
 * Throws an `InvalidEventPatternError` if EventBridge would reject the pattern.
 *
 * - If a member occurs more than once, its last value counts. So it does if a field is named both beside and inside a
 *   `$or`, or by a name with dots: event-ruler joins nested names by dots, in patterns and in events.
 * - Arrays of objects are matched consistently: all fields of a match are in the same element of an array. As in
 *   event-ruler, fields are tried in the order of their names, which matters for `exists: false` in arrays.
 * - An empty array or object in an event counts as a missing field.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 * @see https://github.com/aws/event-ruler#json-array-matching
 */
export function compileEventPattern(pattern: unknown): (event: unknown) => boolean {
  const parsed = typeof pattern === "string" ? parsePattern(pattern) : pattern;
  const length = typeof pattern === "string" ? pattern.length : (JSON.stringify(pattern) ?? "").length;
  if (length > maxPatternLength) {
    throw new InvalidEventPatternError(
      `Pattern has ${length} characters, at most ${maxPatternLength} are allowed`,
    );
  }
  if (!isObject(parsed)) throw new InvalidEventPatternError("Filter is not an object");
  const alternatives = addFields([new Map()], parsed, "", false).map((alternative) =>
    [...alternative].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const paths = new Set(alternatives.flatMap((fields) => fields.flatMap(([path]) => pathsTo(path))));
  return (event) => {
    const possible = alternatives.filter((alternative) => !isExcluded(alternative, event));
    if (possible.length === 0) return false;
    const fields = readFields(event, paths);
    return possible.some((alternative) => matchesFrom(alternative, 0, fields, new Map()));
  };
}

/** Whether a plain value at the top of the event, such as its source, excludes a match: most rules take no other look. */
function isExcluded(
  alternative: readonly (readonly [string, readonly ValueMatcher[]])[],
  event: unknown,
): boolean {
  if (!isObject(event)) return false;
  return alternative.some(([path, matchers]) => {
    const value = path.includes(".") || !Object.hasOwn(event, path) ? undefined : event[path];
    if (value === undefined || isContainer(value)) return false;
    return !matchers.some((matches) => matches !== "absent" && matches(value as Scalar));
  });
}

function parsePattern(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidEventPatternError("Invalid JSON"); // the parser's own message would repeat the text
  }
}

function addFields(
  alternatives: readonly Alternative[],
  pattern: Record<string, unknown>,
  path: string,
  insideOr: boolean,
): Alternative[] {
  const members = Object.entries(pattern);
  if (members.length === 0) throw new InvalidEventPatternError("Empty objects are not allowed", path);
  let result = [...alternatives];
  for (const [name, value] of members) {
    const memberPath = path === "" ? name : `${path}.${name}`;
    if (name === "$or") {
      result = addOr(result, value, path, memberPath);
    } else if (insideOr && isOperator(name)) {
      throw new InvalidEventPatternError(
        `${name} is reserved and cannot be used as a field name inside $or`,
        memberPath,
      );
    } else if (Array.isArray(value)) {
      const matchers = compileValueMatchers(value, memberPath);
      result = result.map((alternative) => new Map([...alternative, [memberPath, matchers]]));
    } else if (isObject(value)) {
      result = addFields(result, value, memberPath, insideOr);
    } else {
      throw new InvalidEventPatternError(`"${name}" must be an object or an array`, memberPath);
    }
  }
  return result;
}

function addOr(
  alternatives: readonly Alternative[],
  branches: unknown,
  path: string,
  orPath: string,
): Alternative[] {
  if (!Array.isArray(branches)) throw new InvalidEventPatternError("$or must be an array", orPath);
  if (branches.length < 2) throw new InvalidEventPatternError("$or must have at least 2 objects", orPath);
  const result = branches.flatMap((branch: unknown, i) => {
    if (!isObject(branch)) {
      throw new InvalidEventPatternError("Only objects are allowed in $or", `${orPath}[${i}]`);
    }
    return addFields(alternatives, branch, path, true);
  });
  if (result.length <= maxAlternatives) return result;
  throw new InvalidEventPatternError(`$or leads to more than ${maxAlternatives} combinations`, orPath);
}

/** Tries the fields from `index` on, given the array elements in which the earlier fields were found. */
function matchesFrom(
  alternative: readonly (readonly [string, readonly ValueMatcher[]])[],
  index: number,
  fields: ReadonlyMap<string, readonly FieldValue[]>,
  elements: ReadonlyMap<number, number>,
): boolean {
  const field = alternative[index];
  if (!field) return true;
  const [path, matchers] = field;
  const candidates = (fields.get(path) ?? []).filter((candidate) =>
    areConsistent(elements, candidate.elements),
  );
  if (candidates.length === 0) {
    return matchers.includes("absent") && matchesFrom(alternative, index + 1, fields, elements);
  }
  const matched = candidates.filter(({ value }) =>
    matchers.some((matches) => matches !== "absent" && matches(value)),
  );
  // The plain values of one array share their `elements`: they are one choice, not many.
  return [...new Set(matched.map((candidate) => candidate.elements))].some((own) =>
    matchesFrom(alternative, index + 1, fields, new Map([...elements, ...own])),
  );
}

function areConsistent(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): boolean {
  return [...b].every(([array, index]) => (a.get(array) ?? index) === index);
}

/** A path and those of all containers on the way to it. */
function pathsTo(path: string): string[] {
  return path.split(".").map((_, index, names) => names.slice(0, index + 1).join("."));
}

/** The values of an event by path, as far as `paths` lead, with arrays flattened. */
function readFields(event: unknown, paths: ReadonlySet<string>): Map<string, FieldValue[]> {
  const fields = new Map<string, FieldValue[]>();
  let arrays = 0;
  const read = (value: unknown, path: string, elements: ReadonlyMap<number, number>): void => {
    if (Array.isArray(value)) {
      const array = arrays++;
      value.forEach((element, i) => {
        // Only objects and arrays bind their fields to one element: any plain value of an array may take part in a match.
        read(element, path, isContainer(element) ? new Map([...elements, [array, i]]) : elements);
      });
    } else if (isObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        const memberPath = path === "" ? name : `${path}.${name}`;
        if (paths.has(memberPath)) read(member, memberPath, elements);
      }
    } else {
      const values = fields.get(path) ?? [];
      fields.set(path, values);
      values.push({ value: value as Scalar, elements });
    }
  };
  read(event, "", new Map());
  return fields;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return isContainer(value) && !Array.isArray(value);
}
