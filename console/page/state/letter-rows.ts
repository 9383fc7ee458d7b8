import { effect, signal } from "@preact/signals";
import type { LetterFilter } from "../../protocol/filters.ts";
import type { LetterPage, LetterRow } from "../../protocol/letters.ts";
import type { LetterSource } from "../../protocol/overview.ts";
import { type ApiFailure, call, failureOf } from "./api.ts";
import { queueReadAt } from "./session.ts";

/** What a list shows. */
export interface ListQuery {
  readonly filter: LetterFilter;
  readonly from?: LetterSource;
  readonly order?: "oldest";
}

const pageRows = 200;

/** The rows of a list, which may be a hundred thousand: a page is asked for when one of its rows is looked at. */
export class LetterRows {
  readonly head = signal<Omit<LetterPage, "rows"> | undefined>(undefined);
  readonly failure = signal<ApiFailure | undefined>(undefined);
  /** Changes when rows have arrived. */
  readonly version = signal(0);
  readonly #query: ListQuery;
  readonly #pages = new Map<number, readonly LetterRow[]>();
  /** The pages that were looked at last. */
  #looked = { first: 0, last: 0 };
  readonly #asked = new Map<number, Promise<void>>();

  constructor(query: ListQuery) {
    this.#query = query;
    void this.#ask(0);
  }

  /** Undefined if it has not arrived. */
  rowAt(index: number): LetterRow | undefined {
    return this.#pages.get(Math.floor(index / pageRows))?.[index % pageRows];
  }

  /** Asks for the rows from `first` to `last`. */
  async want(first: number, last: number): Promise<void> {
    const asked: Promise<void>[] = [];
    for (let page = Math.floor(first / pageRows); page <= Math.floor(last / pageRows); page++)
      if (page >= 0 && !this.#pages.has(page)) asked.push(this.#ask(page));
    await Promise.all(asked);
  }

  /** Asks for the rows in view. */
  look(first: number, last: number): void {
    this.#looked = { first: Math.floor(first / pageRows), last: Math.floor(last / pageRows) };
    void this.want(first, last);
  }

  /** The row's number, if it has arrived. */
  indexOf(id: string): number | undefined {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) return page * pageRows + at;
    }
    return undefined;
  }

  /** Reads again what was looked at last; what was read before stays until then. */
  refresh(): void {
    const { first: from, last: to } = this.#looked;
    for (const page of this.#pages.keys()) if (page < from || page > to) this.#pages.delete(page);
    for (let page = from; page <= to; page++) void this.#ask(page);
  }

  #ask(page: number): Promise<void> {
    const asked = this.#asked.get(page) ?? this.#read(page).finally(() => this.#asked.delete(page));
    this.#asked.set(page, asked);
    return asked;
  }

  async #read(page: number): Promise<void> {
    const { filter, from, order } = this.#query;
    try {
      const { rows, ...head } = await call("GET /api/letters", {
        query: {
          filter: JSON.stringify(filter),
          ...(from && { from }),
          ...(order && { order }),
          offset: String(page * pageRows),
          limit: String(pageRows),
        },
      });
      this.#pages.set(page, rows);
      this.head.value = head;
      this.failure.value = undefined;
      this.version.value++;
    } catch (error) {
      this.failure.value = failureOf(error);
    }
  }
}

let current: { readonly key: string; readonly rows: LetterRows } | undefined;

/** The rows of a query: the list and a letter that was opened from it share them. */
export function letterRows({ filter, from, order }: ListQuery): LetterRows {
  const key = JSON.stringify([filter, from, order]);
  if (current?.key !== key) current = { key, rows: new LetterRows({ filter, from, order }) };
  return current.rows;
}

/** Forgets the rows: what they show has changed. */
export function forgetRows(): void {
  current = undefined;
}

effect(() => {
  if (queueReadAt.value !== undefined) current?.rows.refresh();
});
