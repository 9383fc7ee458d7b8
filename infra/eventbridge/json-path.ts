/** Reads the part of an event that a JSON path names; undefined if the event has no such part. */
export type JsonPathReader = (event: unknown) => unknown;

type Step = string | number | "*"[];

const ALL: "*"[] = ["*"];

/**
 * Compiles a JSON path in the syntax that EventBridge supports: `$`, dot notation, names of letters, digits, `-`, `_`
 * and `/`, array indices and `*`. A path with `*` reads an array of everything it finds. Throws an error that says
 * what is wrong with any other path.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function compileJsonPath(path: string): JsonPathReader {
  const steps = parseSteps(path);
  const isList = steps.includes(ALL);
  return (event) => {
    const found = steps.reduce<unknown[]>(
      (values, step) => values.flatMap((value) => take(value, step)),
      [event],
    );
    return isList ? found : found[0];
  };
}

function parseSteps(path: string): Step[] {
  if (!path.startsWith("$")) throw new Error(`JSON path "${path}" does not begin with $`);
  const steps: Step[] = [];
  const syntax = /\.(?<name>[\w/-]+)|\[(?<index>\d+)\]|(?<all>\.\*|\[\*\])/y;
  syntax.lastIndex = 1;
  while (syntax.lastIndex < path.length) {
    const position = syntax.lastIndex;
    const groups = syntax.exec(path)?.groups;
    if (!groups) throw new Error(`JSON path "${path}" is not supported from character ${position + 1} on`);
    steps.push(groups.name ?? (groups.index === undefined ? ALL : Number(groups.index)));
  }
  return steps;
}

function take(value: unknown, step: Step): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (step === ALL) return Object.values(value);
  const isIndex = typeof step === "number";
  if (isIndex !== Array.isArray(value)) return [];
  return Object.hasOwn(value, String(step)) ? [(value as Record<string, unknown>)[String(step)]] : [];
}
