/**
 * A consumer: keeps one outcome per intent, and reports each change once. It reads outcome events as JSON lines; a
 * Lambda function behind a rule would call `foldOutcome` with its event.
 *
 *     npx node examples/consumer/fold-outcomes.ts < examples/consumer/outcomes.jsonl
 */
import { createInterface } from "node:readline";
import { mergeOutcomes, type Outcome, outcomeKey } from "contact-transfer/events";

/** What your table keeps, by key. */
export interface OutcomeStore {
  get(key: string): Promise<Outcome | undefined>;
  /** Writes only if the stored outcome is still `expected`; resolves with whether it did. */
  replace(key: string, expected: Outcome | undefined, outcome: Outcome): Promise<boolean>;
}

/** Folds an outcome into the store; resolves with the merged outcome if it is news, otherwise with undefined. */
export async function foldOutcome(incoming: Outcome, store: OutcomeStore): Promise<Outcome | undefined> {
  const key = outcomeKey(incoming);
  for (;;) {
    const stored = await store.get(key);
    const merged = stored ? mergeOutcomes(stored, incoming) : incoming;
    if (stored && JSON.stringify(merged) === JSON.stringify(stored)) return undefined;
    if (await store.replace(key, stored, merged)) return merged;
  }
}

/** A store in memory; a table would write on the condition that the item is unchanged. */
export function memoryStore(): OutcomeStore {
  const outcomes = new Map<string, Outcome>();
  return {
    get: async (key) => outcomes.get(key),
    async replace(key, expected, outcome) {
      if (outcomes.get(key) !== expected) return false;
      outcomes.set(key, outcome);
      return true;
    },
  };
}

if (import.meta.main) {
  const store = memoryStore();
  for await (const line of createInterface({ input: process.stdin })) {
    const news = await foldOutcome(JSON.parse(line), store);
    if (!news) continue;
    const effect = "failure" in news.detail ? `, effect ${news.detail.failure.effect}` : "";
    process.stdout.write(`${news.detail.intentId}: ${news["detail-type"]}${effect}\n`);
  }
}
