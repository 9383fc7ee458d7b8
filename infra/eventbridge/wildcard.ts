import { InvalidEventPatternError } from "./errors.ts";

/** A piece of a wildcard pattern: a literal character, or `*`. */
type Token = { readonly literal: string } | "any";

/**
 * The most prefixes of a field's wildcards that one value may match at the same time. This is event-ruler's
 * recommendation for a single rule, and it agrees with the rules that users report as accepted or rejected.
 * @see https://github.com/aws/event-ruler#matching-with-a-machine
 */
const maxComplexity = 10;

/** Reads a wildcard pattern: `*` is any text, `\*` and `\\` are the characters themselves. */
export function parseWildcard(pattern: string, path: string): readonly Token[] {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? "";
    if (character === "*") {
      if (tokens.at(-1) === "any") {
        throw new InvalidEventPatternError(`Consecutive wildcard characters at pos ${i - 1}`, path);
      }
      tokens.push("any");
    } else if (character === "\\") {
      const escaped = characters[++i];
      if (escaped !== "*" && escaped !== "\\") {
        throw new InvalidEventPatternError(`Invalid escape character at pos ${i - 1}`, path);
      }
      tokens.push({ literal: escaped });
    } else {
      tokens.push({ literal: character });
    }
  }
  return tokens;
}

/** A regular expression equivalent to the wildcard. */
export function wildcardToRegExp(tokens: readonly Token[]): RegExp {
  const source = tokens
    .map((token) => (token === "any" ? ".*" : token.literal.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&")))
    .join("");
  return new RegExp(`^${source}$`, "su");
}

/**
 * Refuses the wildcards of one field if they are too complex together: too many stars, or too much repetition after
 * a star.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching-complexity
 */
export function refuseComplexWildcards(patterns: readonly (readonly Token[])[], path: string): void {
  const start = patterns.map((tokens) => withStarAfter(tokens, 0));
  const pending = [start];
  const seen = new Set<string>();
  for (let states = pending.pop(); states !== undefined; states = pending.pop()) {
    for (const character of charactersThatMatter(patterns, states)) {
      const next = patterns.map((tokens, i) => step(tokens, states[i] ?? [], character));
      if (next.reduce((sum, positions) => sum + positions.length, 0) > maxComplexity) {
        throw new InvalidEventPatternError(
          "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
          path,
        );
      }
      const key = JSON.stringify(next);
      if (!seen.has(key)) {
        seen.add(key);
        pending.push(next);
      }
    }
  }
}

/** The characters that lead on from a state; undefined represents all others, which lead to one and the same state. */
function charactersThatMatter(
  patterns: readonly (readonly Token[])[],
  states: readonly (readonly number[])[],
): Set<string | undefined> {
  const characters = new Set<string | undefined>([undefined]);
  for (const [i, tokens] of patterns.entries()) {
    for (const position of states[i] ?? []) {
      const token = tokens[position];
      if (token !== undefined && token !== "any") characters.add(token.literal);
    }
  }
  return characters;
}

/** The prefixes (as token counts) that match after one more character. */
function step(
  tokens: readonly Token[],
  positions: readonly number[],
  character: string | undefined,
): number[] {
  const next = new Set<number>();
  for (const position of positions) {
    if (tokens[position - 1] === "any") next.add(position);
    const token = tokens[position];
    if (token !== undefined && token !== "any" && token.literal === character) {
      for (const reached of withStarAfter(tokens, position + 1)) next.add(reached);
    }
  }
  return [...next].sort((a, b) => a - b);
}

/** A star may match nothing, so whatever matches up to a star also matches the star. */
function withStarAfter(tokens: readonly Token[], position: number): number[] {
  return tokens[position] === "any" ? [position, position + 1] : [position];
}
