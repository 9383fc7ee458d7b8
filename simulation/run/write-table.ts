import { readFileSync, writeFileSync } from "node:fs";

const page = new URL("../../docs/simulation.md", import.meta.url);

/** Writes a generated table between its marks in docs/simulation.md. */
export function writeTable(name: string, table: string, source: string) {
  const begin = `<!-- generated: ${name} -->`;
  const end = `<!-- end: ${name} -->`;
  const text = readFileSync(page, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`docs/simulation.md has no place for this table. Add the marks ${begin} and ${end}.`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n${source}:\n\n${table}\n${text.slice(to)}`);
}
