import { type Condition, matches } from "../../operate/letters/filters.ts";
import type { IndexedLetter } from "./indexed-letter.ts";

/** A queue can hold more, but nobody reads them row by row. The newest are kept. */
const defaultMaxLetters = 200_000;

/** Dead letters in memory without their bodies, in the order in which they failed. */
export class LetterIndex {
  readonly #maxLetters: number;
  readonly #byId = new Map<string, IndexedLetter>();
  #sorted: IndexedLetter[] | undefined;
  /** Increases with each change. */
  version = 0;
  /** How many were dropped because there are too many. */
  dropped = 0;

  constructor(maxLetters = defaultMaxLetters) {
    this.#maxLetters = maxLetters;
  }

  get size(): number {
    return this.#byId.size;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  get(id: string): IndexedLetter | undefined {
    return this.#byId.get(id);
  }

  add(letter: IndexedLetter): void {
    this.#byId.set(letter.row.id, letter);
    this.#changed();
    if (this.#byId.size > this.#maxLetters * 1.1) this.#dropOldest();
  }

  remove(ids: Iterable<string>): void {
    for (const id of ids) this.#byId.delete(id);
    this.#changed();
  }

  /** The oldest failure first. */
  all(): readonly IndexedLetter[] {
    this.#sorted ??= [...this.#byId.values()].sort((a, b) => a.row.failedAt - b.row.failedAt);
    return this.#sorted;
  }

  /** Those that meet the conditions at `now`, the oldest failure first. */
  select(conditions: readonly Condition[], now: number): readonly IndexedLetter[] {
    if (conditions.length === 0) return this.all();
    return this.all().filter(({ findable }) => matches(findable, conditions, now));
  }

  /** The ids of those that may be about this intent, contact, token or message. */
  mentioning(id: string): readonly string[] {
    return this.all()
      .filter(({ row, findable }) =>
        [row.id, row.clientToken, findable.intentId, findable.contactId].includes(id),
      )
      .map(({ row }) => row.id);
  }

  #changed(): void {
    this.#sorted = undefined;
    this.version++;
  }

  #dropOldest(): void {
    const tooMany = this.all().slice(0, this.#byId.size - this.#maxLetters);
    this.dropped += tooMany.length;
    this.remove(tooMany.map(({ row }) => row.id));
  }
}
