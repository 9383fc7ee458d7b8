import { readFileSync } from "node:fs";
import type { EquivalentMutant } from "./equivalent-mutants.ts";
import { type GeneratedMutant, mutantsOf } from "./mutants-of.ts";

/** Which generated mutants are named as equivalent, and which names match none (any more). */
export function readKnown(named: readonly EquivalentMutant[], read = readSource) {
  const sources = new Map<string, Set<string>>();
  const stale = named.filter(({ file, find, replace }) => {
    const source = read(file);
    if (source.split(find).length !== 2) return true;
    const mutated = withoutSpace(source.replace(find, () => replace));
    const ofFile = sources.get(file) ?? new Set();
    sources.set(file, ofFile.add(mutated));
    return !mutantsOf(file, source).some((mutant) => withoutSpace(mutant.source) === mutated);
  });
  const has = ({ file, source }: GeneratedMutant) => sources.get(file)?.has(withoutSpace(source)) === true;
  return { known: { has }, stale };
}

/** Layout does not count. */
function withoutSpace(source: string): string {
  return source.replace(/\s/g, "");
}

function readSource(file: string): string {
  return readFileSync(file, "utf8");
}
