/** A mutant that no test can find, because it changes nothing that the function promises. */
export interface EquivalentMutant {
  readonly file: string;
  /** A text that occurs once in the file, and what the mutant makes of it. */
  readonly find: string;
  readonly replace: string;
  readonly reason: string;
}

export const equivalentMutants: readonly EquivalentMutant[] = [];
