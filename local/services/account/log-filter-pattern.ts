export type MatchesLogEvent = (message: string) => boolean;

const selector = String.raw`\$((?:\.[\w-]+)+)\s*=\s*"((?:[^"\\]|\\.)*)"`;
const term = new RegExp(String.raw`^\s*\(?\s*${selector}\s*\)?\s*$`);

/**
 * Compiles the part of the filter syntax that the project's commands use: `{ ($.a.b = "x") || ($.c = "y") }`, with
 * texts in which `*` is a wildcard. Anything else throws: no filter is ignored.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function compileLogFilterPattern(pattern: string): MatchesLogEvent {
  if (pattern.trim() === "") return () => true;
  const [, inner] = /^\s*\{(.*)\}\s*$/s.exec(pattern) ?? [];
  if (inner === undefined) throw unknown(pattern);
  const terms = inner.split("||").map((text) => {
    const [, path = "", quoted = ""] = term.exec(text) ?? [];
    if (path === "") throw unknown(pattern);
    return { names: path.slice(1).split("."), isValue: textMatcher(quoted.replace(/\\(.)/g, "$1")) };
  });
  return (message) => {
    const event = parse(message);
    return terms.some(({ names, isValue }) => isValue(names.reduce(memberOf, event)));
  };
}

/** A text, in which `*` stands for any characters. */
function textMatcher(text: string): (value: unknown) => boolean {
  const parts = text.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const whole = new RegExp(`^${parts.join(".*")}$`, "s");
  return (value) => typeof value === "string" && whole.test(value);
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined; // a JSON pattern matches only JSON
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function unknown(pattern: string): Error {
  return new Error(
    `The local CloudWatch Logs supports only filters like { ($.a = "x") || ($.b.c = "y") }, not ${pattern}.`,
  );
}
