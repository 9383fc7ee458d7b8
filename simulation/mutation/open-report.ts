import { hash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { GeneratedMutant } from "./generate/mutants-of.ts";
import { isUnnoticed, type Result } from "./report.ts";

type Entry = Result & { readonly sourceHash: string };

export interface Report {
  /** Whether an earlier run has judged this very mutant, and something has noticed it. */
  isNoticed(mutant: GeneratedMutant): boolean;
  /** The results of those that were noticed. */
  resultsOf(mutants: readonly GeneratedMutant[]): Result[];
  add(mutant: GeneratedMutant, result: Result): void;
}

/** A file of results, written with each one. It begins anew unless a run continues: then those of the same source count. */
export function openReport(file: string, isContinued: boolean): Report {
  const kept: Entry[] = isContinued && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
  const entries = new Map(kept.map((entry) => [keyOf(entry.id, entry.sourceHash), entry]));
  const find = (mutant: GeneratedMutant) => entries.get(keyOf(mutant.id, hashOf(mutant)));
  const isNoticed = (mutant: GeneratedMutant) => {
    const entry = find(mutant);
    return entry !== undefined && !isUnnoticed(entry);
  };
  return {
    isNoticed,
    resultsOf: (mutants) => mutants.filter(isNoticed).flatMap((mutant) => find(mutant) ?? []),
    add(mutant, result) {
      const sourceHash = hashOf(mutant);
      entries.set(keyOf(mutant.id, sourceHash), { ...result, sourceHash });
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify([...entries.values()], null, 2));
    },
  };
}

function hashOf({ source }: GeneratedMutant): string {
  return hash("sha256", source);
}

function keyOf(id: string, sourceHash: string): string {
  return `${id} ${sourceHash}`;
}
