import { compileEventPattern } from "./event-pattern.ts";

/**
 * Explains why a rule with this pattern does not match an event: a clause for each member of the pattern that the event does not
 * meet. Members that are not known of the event are not judged. Compiling a pattern takes far longer than an explanation.
 */
export function mismatchExplainer(
  eventPattern: unknown,
): (event: Readonly<Record<string, unknown>>) => string[] {
  const pattern: unknown = typeof eventPattern === "string" ? JSON.parse(eventPattern) : eventPattern;
  if (typeof pattern !== "object" || pattern === null) return () => [];
  const members = Object.entries(pattern).map(([name, condition]) => ({
    name,
    condition,
    matches: compileEventPattern({ [name]: condition }),
  }));
  return (event) =>
    members
      .filter(({ name, matches }) => event[name] !== undefined && !matches(event))
      .map(({ name, condition }) => explain(name, event[name], condition));
}

function explain(name: string, value: unknown, condition: unknown): string {
  const texts = Array.isArray(condition) ? condition : [condition];
  const is = typeof value === "string" ? `${name} ${quote(value)}` : name;
  if (texts.every((text) => typeof text === "string")) {
    return `${is} is not ${texts.length > 1 ? "one of " : ""}${texts.map(quote).join(", ")}`;
  }
  const [only, ...others] = texts;
  const excluded =
    others.length === 0
      ? (only as { readonly "anything-but"?: unknown } | null)?.["anything-but"]
      : undefined;
  if (excluded !== undefined) return `${is} is excluded: it must be anything but ${JSON.stringify(excluded)}`;
  return `${is} does not match ${JSON.stringify(condition)}`;
}

function quote(text: unknown): string {
  return JSON.stringify(text);
}
