import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";

const axeFile = fileURLToPath(import.meta.resolve("axe-core/axe.min.js"));

/** Makes `auditPage` work in this context: the page's own policy forbids to add a script later. */
export async function prepareAudit(context: BrowserContext): Promise<void> {
  await context.addInitScript(readFileSync(axeFile, "utf8"));
}

/** Those of WCAG 2.2 AA are off unless they are named. */
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What WCAG 2.2 AA and good practice find wrong with what the page shows now, each as a line. */
export async function auditPage(page: Page): Promise<readonly string[]> {
  const run = `axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => id + ": " + help + " at " + target)))`;
  return page.evaluate<readonly string[]>(run);
}

/** By how many pixels the page is wider than the window. */
export async function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>(
    "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth",
  );
}
