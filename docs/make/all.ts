/**
 * Writes the parts of the pages that are generated from the code: `npm run docs`. In a page, `<!-- NAME -->` and
 * `<!-- /NAME -->` enclose a generated part.
 */
import { readFile, writeFile } from "node:fs/promises";
import { generateConstructDocs } from "./construct-page.ts";
import { equivalentsTable } from "./equivalents-table.ts";
import { filtersTable } from "./filters-table.ts";
import { metricsTable } from "./metrics-table.ts";
import { ownRetriesTable, reasonsTable, retriesTable, runbookTable } from "./reasons-tables.ts";
import { settingsTable } from "./settings-table.ts";

const parts: Readonly<Record<string, Readonly<Record<string, () => string | Promise<string>>>>> = {
  "README.md": { reasons: reasonsTable, settings: settingsTable },
  "docs/delivery.md": { retries: retriesTable },
  "docs/replay.md": { filters: filtersTable },
  "docs/simulation.md": { "equivalent mutants": equivalentsTable },
  "docs/operations.md": {
    "retry reasons": ownRetriesTable,
    metrics: metricsTable,
    runbook: runbookTable,
  },
};

/** The text that each generated page, or page with generated parts, should have now. */
export async function makePages(): Promise<Record<string, string>> {
  const pages: Record<string, string> = { "docs/construct.md": await generateConstructDocs() };
  for (const [page, partsOfPage] of Object.entries(parts)) {
    let text = await readFile(pageUrl(page), "utf8");
    for (const [name, make] of Object.entries(partsOfPage)) text = replacePart(text, name, await make());
    pages[page] = text;
  }
  return pages;
}

export function pageUrl(page: string): URL {
  return new URL(`../../${page}`, import.meta.url);
}

function replacePart(page: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`The page lacks the marks ${begin.trim()} and ${end.trim()}.`);
  return page.slice(0, from + begin.length) + part + page.slice(to);
}

if (import.meta.main) {
  for (const [page, text] of Object.entries(await makePages())) await writeFile(pageUrl(page), text);
}
