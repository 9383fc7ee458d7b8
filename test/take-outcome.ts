import { mergeOutcomes, type Outcome, outcomeKey } from "../events/merge-outcomes.ts";

/** What your table keeps, by key. */
interface Store {
  get(key: string): Promise<Outcome | undefined>;
  /** Writes only where the stored outcome is still `expected`; says whether it has. */
  replace(key: string, expected: Outcome | undefined, outcome: Outcome): Promise<boolean>;
}

/** Takes an outcome in; resolves with what holds now where that is news, else with undefined. */
export async function takeOutcome(incoming: Outcome, store: Store): Promise<Outcome | undefined> {
  const key = outcomeKey(incoming);
  for (;;) {
    const stored = await store.get(key);
    const merged = stored ? mergeOutcomes(stored, incoming) : incoming;
    if (stored && JSON.stringify(merged) === JSON.stringify(stored)) return undefined;
    if (await store.replace(key, stored, merged)) return merged;
  }
}
