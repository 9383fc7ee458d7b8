import { markdownTable } from "markdown-table";
import { filters } from "../../operate/letters/filters.ts";

/** docs/replay.md: the filters of the dead-letter commands. */
export function filtersTable(): string {
  const rows = filters.map(({ flags, description }) => [`\`${flags}\``, description]);
  return markdownTable([["filter", "selects by"], ...rows], { alignDelimiters: false });
}
