/** A line of printed JSON. `pointer` is the JSON pointer of the member that begins or ends in it. */
export interface JsonLine {
  readonly depth: number;
  readonly pointer: string;
  /** The name of a member, decoded. */
  readonly name?: string;
  readonly value: JsonValue;
  /** A comma follows. */
  readonly comma: boolean;
}

export type JsonValue =
  | { readonly kind: "open" | "close"; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  /** A number with its own digits, `true`, `false`, `null`, `{}`, `[]`. */
  | { readonly kind: "number" | "word" | "empty"; readonly text: string };

interface Token {
  readonly kind: "punctuation" | "string" | "number" | "word";
  readonly text: string;
}

const token =
  /\s*(?:([[\]{},:])|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/gsy;

/**
 * Prints JSON in lines, one member each, as it was written: numbers keep their digits, double members stay double.
 * Undefined if the text is not JSON.
 */
export function jsonLines(text: string): JsonLine[] | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return printTokens(readTokens(text));
}

function readTokens(text: string): Token[] {
  return Array.from(text.matchAll(token), ([, punctuation, string, number, word]): Token => {
    if (punctuation !== undefined) return { kind: "punctuation", text: punctuation };
    if (string !== undefined) return { kind: "string", text: JSON.parse(string) };
    return number === undefined ? { kind: "word", text: word ?? "" } : { kind: "number", text: number };
  });
}

interface Holder {
  readonly pointer: string;
  readonly isList: boolean;
  index: number;
}

function printTokens(tokens: readonly Token[]): JsonLine[] {
  const lines: { -readonly [Key in keyof JsonLine]: JsonLine[Key] }[] = [];
  const holders: Holder[] = [];
  let name: string | undefined;
  const pointerHere = () => {
    const holder = holders.at(-1);
    if (!holder) return "";
    return `${holder.pointer}/${holder.isList ? holder.index : pointerToken(name ?? "")}`;
  };
  const add = (value: JsonValue) => {
    lines.push({ depth: holders.length, pointer: pointerHere(), name, value, comma: false });
    name = undefined;
  };
  for (let at = 0; at < tokens.length; at++) {
    const { kind, text } = tokens[at] ?? { kind: "word", text: "" };
    const next = tokens[at + 1]?.text;
    if (
      kind === "string" &&
      next === ":" &&
      tokens[at + 1]?.kind === "punctuation" &&
      !holders.at(-1)?.isList
    ) {
      name = text;
      at++;
    } else if (kind !== "punctuation") add({ kind, text });
    else if (text === "{" || text === "[") {
      const end = text === "{" ? "}" : "]";
      if (next === end && tokens[at + 1]?.kind === "punctuation") {
        add({ kind: "empty", text: text + end });
        at++;
      } else {
        const pointer = pointerHere();
        add({ kind: "open", text });
        holders.push({ pointer, isList: text === "[", index: 0 });
      }
    } else if (text === ",") {
      const last = lines.at(-1);
      if (last) last.comma = true;
      const holder = holders.at(-1);
      if (holder) holder.index++;
    } else {
      const { pointer = "" } = holders.pop() ?? {};
      lines.push({ depth: holders.length, pointer, value: { kind: "close", text }, comma: false });
    }
  }
  return lines;
}

/** Member names are cut in violations: they come from outside. */
const maxNameLength = 64;

/** A member name as a token of a JSON pointer, cut as the violations of a failure cut it. */
export function pointerToken(name: string): string {
  const characters = Array.from(name);
  const cut = characters.length > maxNameLength ? `${characters.slice(0, maxNameLength).join("")}…` : name;
  return cut.replaceAll("~", "~0").replaceAll("/", "~1");
}
