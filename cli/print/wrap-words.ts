import stringWidth from "string-width";

/** Emoji of several parts have up to 15 in two columns. */
const charactersPerColumn = 20;
/** The most that a terminal makes of one. */
const tabWidth = 8;

/**
 * Breaks a line between words into rows of at most `room` columns. A word that is longer stays whole, so that it can be
 * copied. What comes from outside can have a megabyte in one line: each word is measured once, and no long one.
 */
export function wrapWords(line: string, room: number, measure?: (text: string) => number): string[] {
  const rows: string[] = [];
  let start = 0;
  let end = 0;
  let rowWidth = 0;
  for (const { 0: word, index } of line.matchAll(/[^ \t]+/g)) {
    const width = widthUpTo(room, word, measure);
    const gap = line.slice(end, index);
    const gapWidth = gap.includes("\t") ? gap.length * tabWidth : gap.length;
    if (end > 0 && rowWidth + gapWidth + width > room) {
      rows.push(line.slice(start, end));
      start = index;
      rowWidth = width;
    } else rowWidth += gapWidth + width;
    end = index + word.length;
  }
  return [...rows, line.slice(start, end)];
}

/** The columns of a text. One that cannot fit into `room` is not measured: its width is infinite. */
export function widthUpTo(room: number, text: string, measure = stringWidth): number {
  return text.length > room * charactersPerColumn ? Number.POSITIVE_INFINITY : measure(text);
}
