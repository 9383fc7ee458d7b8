import cliTruncate from "cli-truncate";
import stringWidth from "string-width";
import { wrapWords } from "./wrap-words.ts";

/** Between columns. */
const gap = "  ";
/** A column is not cut below this. */
const minWidth = 6;
/** A longer cell is cut even in a pipe: one hostile value must not pad every other row to its length. */
const maxWidth = 128;

/**
 * Aligns cells in columns. If they are wider than `width`, the widest columns are cut, with an ellipsis, except the
 * first `fixed` ones. Without a width, as in a pipe, only what no valid id can be is cut.
 */
export function formatTable(rows: readonly (readonly string[])[], width?: number, fixed = 0): string {
  const cells = rows.map((row) => row.map((cell) => printable(cell.slice(0, 4 * maxWidth))));
  const columns = cells[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    cells.reduce((most, row) => Math.min(maxWidth, Math.max(most, stringWidth(row[column] ?? ""))), 0),
  );
  if (width !== undefined) shrink(widths, width - gap.length * (columns - 1), fixed);
  return cells
    .map((row) =>
      row
        .map((cell, column) => padEnd(cliTruncate(cell, widths[column] ?? 0), widths[column] ?? 0))
        .join(gap)
        .trimEnd(),
    )
    .join("\n");
}

/** A row, and what takes lines of its own below it, because it must not be cut. */
export interface DetailedRow {
  readonly cells: readonly string[];
  readonly details: readonly string[];
}

const detailIndent = " ".repeat(10);

/**
 * Aligns rows as `formatTable` does, each with its details below it, and with its last cell if that does not fit. Returns the
 * head, then a text for each row.
 */
export function formatDetailedTable(
  head: readonly string[],
  rows: readonly DetailedRow[],
  width?: number,
  fixed = 0,
): readonly string[] {
  const [first = "", ...lines] = formatTable([head, ...rows.map(({ cells }) => cells)], width, fixed).split(
    "\n",
  );
  const texts = rows.map(({ cells, details }, index) => {
    const line = lines[index] ?? "";
    const last = printable(cells.at(-1) ?? "");
    const isCut = width !== undefined && !line.endsWith(last);
    const below = [isCut ? `${head.at(-1)?.toLowerCase()} ${last}` : "", ...details];
    const wrapped = below
      .filter((detail) => detail !== "")
      .map((detail) => wrapText(detail, detailIndent, width));
    return [line, ...wrapped].join("\n");
  });
  return [first, ...texts];
}

/**
 * Breaks a text at its spaces into lines of at most `width` columns, each after `indent`. A word that is longer stays whole, so
 * that it can be copied.
 */
export function wrapText(text: string, indent: string, width = Number.POSITIVE_INFINITY): string {
  const line = printable(text).trimStart();
  const lines =
    width === Number.POSITIVE_INFINITY ? [line] : wrapWords(line, Math.max(minWidth, width - indent.length));
  return lines.map((each) => indent + each).join("\n");
}

/** Pads a text to so many columns: wide characters such as emoji take two. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}

/** A text from outside without what a terminal would act on. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) =>
    character === "\n" || character === "\t" ? " " : "\ufffd",
  );
}

function shrink(widths: number[], room: number, fixed: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...widths.slice(fixed));
    if (widest <= minWidth) return;
    widths[widths.indexOf(widest, fixed)] = widest - 1;
    excess--;
  }
}
