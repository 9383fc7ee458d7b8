/** A piece of a text from outside: shown as it is, or named because it would not be seen or would reorder what is around it. */
export interface TextPart {
  readonly text: string;
  /** What a person reads in place of the character. */
  readonly marker?: string;
}

/**
 * Characters that are invisible, that break the line, or that change the order of others: all control and format
 * characters (bidi overrides, zero-width ones), separators, lone surrogates, private use, and the blanks that look like letters do.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u115f\u1160\u3164\uffa0\u2800]/u;

const names: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" };

/** Splits a text so that each hidden character is a part of its own. */
export function visibleParts(text: string, keep = ""): TextPart[] {
  const parts: { text: string; marker?: string }[] = [];
  for (const character of text) {
    const last = parts.at(-1);
    if (hidden.test(character) && !keep.includes(character)) {
      parts.push({ text: character, marker: names[character] ?? codePoint(character) });
    } else if (last && last.marker === undefined) last.text += character;
    else parts.push({ text: character });
  }
  return parts;
}

export function hasHiddenCharacters(text: string, keep: string): boolean {
  return visibleParts(text, keep).some(({ marker }) => marker !== undefined);
}

/** The same as one string, for a title or an attribute. */
export function visibleText(text: string): string {
  return visibleParts(text)
    .map(({ text: plain, marker }) => (marker === undefined ? plain : `⟨${marker}⟩`))
    .join("");
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
