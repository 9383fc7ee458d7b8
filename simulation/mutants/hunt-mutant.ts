import { runSeeds } from "../run/run-seeds.ts";
import { type Mutant, plantMutant } from "./plant-mutant.ts";

/** Seeds within which a mutant must be caught. */
export const mostSeeds = 20_000;

export interface Verdict {
  readonly mutant: string;
  readonly file: string;
  /** Seeds until it was caught; undefined if it survived. */
  readonly seeds?: number;
  readonly invariant?: string;
}

/** Runs seeds against the mutant until an invariant catches it; each thread runs this. */
export default async function huntMutant(mutant: Mutant): Promise<Verdict> {
  using planted = await plantMutant(mutant);
  const { schedules, failed } = await runSeeds(
    1,
    1 + mostSeeds,
    planted.code,
    (tally) => tally.violations > 0,
  );
  const { name, file } = mutant;
  return { mutant: name, file, ...(failed[0] && { seeds: schedules, invariant: failed[0].invariant }) };
}
