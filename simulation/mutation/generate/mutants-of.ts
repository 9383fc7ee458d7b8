import { editsAt } from "./operators.ts";
import { placesOf } from "./syntax.ts";

/** A file with one small mistake. */
export interface GeneratedMutant {
  /** `lambda/intake/age.ts:34:12 always`: file, line, column and operator. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  /** The whole file, with the mistake. */
  readonly source: string;
}

/** Every mutant of a file, in the order of its lines. */
export function mutantsOf(file: string, source: string): GeneratedMutant[] {
  const seen = new Set<string>();
  const ids = new Map<string, number>();
  return placesOf(file, source)
    .flatMap((place) => editsAt(place, source))
    .sort((a, b) => a.start - b.start)
    .flatMap(({ operator, start, end, text }) => {
      const mutated = source.slice(0, start) + text + source.slice(end);
      if (mutated === source || seen.has(mutated)) return [];
      seen.add(mutated);
      const before = source.slice(0, start).split("\n");
      const name = `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1} ${operator}`;
      const count = (ids.get(name) ?? 0) + 1;
      ids.set(name, count);
      return [{ id: count > 1 ? `${name} ${count}` : name, file, line: before.length, source: mutated }];
    });
}

/** An even sample: each `every`th mutant, from a start that the seed determines. */
export function sample<T>(all: readonly T[], size: number, seed: number): T[] {
  const every = all.length / size;
  if (every <= 1) return [...all];
  return Array.from(
    { length: size },
    (_, index) => all[Math.floor(index * every + seed) % all.length],
  ).filter((one) => one !== undefined);
}
