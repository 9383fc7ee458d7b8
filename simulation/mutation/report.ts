import type { Fate } from "./judge-file.ts";

export type Result = { readonly id: string; readonly diff: string } & Fate;

export function isUnnoticed({ status }: Result): boolean {
  return status === "survived" || status === "not covered";
}

/** The numbers of a run. */
export function summaryOf(results: readonly Result[]): string {
  const counts = Object.groupBy(results, ({ status }) => status);
  return Object.entries(counts)
    .map(([status, those]) => `${those.length} ${status}`)
    .join(", ");
}

export function describe(result: Result): string {
  const by = result.status === "killed" ? ` by: ${result.by}` : "";
  return `${result.id}: ${result.status}${by}\n${result.diff}\n`;
}

/** The lines that a mutant changes, as a diff without context. */
export function diffOf(before: string, after: string): string {
  const [old, changed] = [before.split("\n"), after.split("\n")];
  const isSame = (index: number) => old.at(index) === changed.at(index);
  const shorter = Math.min(old.length, changed.length);
  let first = 0;
  while (first < shorter && isSame(first)) first++;
  let last = 1;
  while (last <= shorter - first && isSame(-last)) last++;
  return [
    ...old.slice(first, old.length - last + 1).map((line) => `- ${line}`),
    ...changed.slice(first, changed.length - last + 1).map((line) => `+ ${line}`),
  ].join("\n");
}
