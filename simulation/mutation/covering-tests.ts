import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importsOf } from "../../test/imports-of.ts";

/** Schedules, as a test of the mutation run. */
const fewSeeds = "simulation/mutation/few-seeds.ts";
/** What may kill a mutant: the function's tests, and schedules, among them those that once broke it. */
const testFiles = `{lambda/**/*.test.ts,simulation/regressions.test.ts,${fewSeeds}}`;
/** They build the bundle, start processes, wait for time-outs or copy files: each runs in a process of its own. */
const slowTests =
  /^lambda\/(wire|build)\/|^lambda\/(outages|fairness|resolve-unknown|runtime\/metric-list|start-up\/first-transfer)\.test|^simulation\/regressions/;

/** What imports what, from the tests on. */
export type Imports = ReadonlyMap<string, readonly string[]>;

export function readImports(root: string): Imports {
  const imports = new Map<string, readonly string[]>();
  const waiting = new Set(globSync(testFiles, { cwd: root }).toSorted());
  for (const file of waiting) {
    const targets = edgesFrom(root, file);
    imports.set(file, targets);
    for (const target of targets) waiting.add(target);
  }
  return imports;
}

/** The file and all that import it, directly or not, in the order of their distance. */
export function importersOf(file: string, imports: Imports): string[] {
  const importers = new Set([file]);
  for (const target of importers) {
    for (const [importer, targets] of imports) if (targets.includes(target)) importers.add(importer);
  }
  return [...importers];
}

/** The tests that reach a file, nearest first. */
export function testsOf(
  file: string,
  imports: Imports,
): { readonly fast: string[]; readonly slow: string[] } {
  const tests = importersOf(file, imports).filter((one) => one.endsWith(".test.ts") || one === fewSeeds);
  return {
    fast: tests.filter((test) => !slowTests.test(test)),
    slow: tests.filter((test) => slowTests.test(test)),
  };
}

/** What a file imports, and the files of the project that it names by URL: what it bundles or starts. */
function edgesFrom(root: string, file: string): string[] {
  if (!file.endsWith(".ts")) return [];
  const text = readFileSync(join(root, file), "utf8");
  const named = text.matchAll(/new URL\("(\.[^"]+\.ts)", import\.meta\.url\)/g);
  return [...importsOf(file, text), ...[...named].map(([, path = ""]) => join(file, "..", path))];
}
