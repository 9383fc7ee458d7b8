/** Between columns. */
const gap = "  ";
/** A column is not cut below this. */
const minWidth = 6;

/**
 * Lines up cells in columns. Where they are wider than `width` the widest columns are cut, with an ellipsis; without a
 * width, as in a pipe, nothing is cut.
 */
export function formatTable(rows: readonly (readonly string[])[], width?: number): string {
  const cells = rows.map((row) => row.map(printable));
  const columns = cells[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    cells.reduce((most, row) => Math.max(most, (row[column] ?? "").length), 0),
  );
  if (width !== undefined) shrink(widths, width - gap.length * (columns - 1));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cut(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0))
        .join(gap)
        .trimEnd(),
    )
    .join("\n");
}

/** Breaks a text into lines of at most `width` characters at its spaces, each after `indent`. */
export function wrapText(text: string, indent: string, width = Number.POSITIVE_INFINITY): string {
  const lines: string[] = [];
  for (const word of printable(text).trimStart().split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && indent.length + last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.map((line) => indent + line).join("\n");
}

/** A text from outside without what a terminal would act on. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === "\n" || character === "\t" ? " " : "\ufffd",
  );
}

function shrink(widths: number[], room: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= minWidth) return;
    widths[widths.indexOf(widest)] = widest - 1;
    excess--;
  }
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
