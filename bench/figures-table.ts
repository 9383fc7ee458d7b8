import { markdownTable } from "markdown-table";

/** Rows as a Markdown table with figures to the right; the first row is the head, the first column has names. */
export function figuresTable(rows: readonly (readonly string[])[]): string {
  return markdownTable(rows, { align: ["l", ...(rows[0] ?? []).slice(1).map(() => "r")] });
}
