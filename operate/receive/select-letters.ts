import type { Clock } from "../../lambda/ports.ts";
import { type LetterFilter, matches } from "../letters/filters.ts";
import type { Letter } from "../letters/letter.ts";
import type { Received } from "./receive-letters.ts";

/** Which letters a command works on: those of the filter, the oldest first, and at most so many. */
export interface Selection {
  readonly filter: LetterFilter;
  readonly limit?: number;
}

/** Keeps, of each letter that the filter selects, what `as` makes of it. Counts the reasons of all. */
export function selector<T>({ filter }: Selection, clock: Clock, as: (letter: Letter) => T) {
  const reasons = new Map<string, number>();
  const keep = (letter: Letter): T | undefined => {
    reasons.set(letter.reason, (reasons.get(letter.reason) ?? 0) + 1);
    return matches(letter, filter, clock.now()) ? as(letter) : undefined;
  };
  return { keep, reasons };
}

/** The oldest first, at most `limit`. */
export function oldestFirst<T extends { readonly sentAt: number }>(
  letters: readonly T[],
  limit?: number,
): T[] {
  return letters.toSorted((a, b) => a.sentAt - b.sentAt).slice(0, limit);
}

/** `12 dead letters`, or `at least 12 dead letters` with the reason why that is not sure. */
export function countText({ seen, mayBeMore }: Pick<Received<unknown>, "seen" | "mayBeMore">): string {
  const noun = seen === 1 ? "dead letter" : "dead letters";
  return mayBeMore === undefined ? `${seen} ${noun}` : `at least ${seen} ${noun} (${mayBeMore})`;
}

/** What to say where letters are there and the filter selects none. */
export function noneSelected(seen: number, reasons: ReadonlyMap<string, number>): string {
  if (seen === 0) return "The dead-letter queue is empty.";
  const there = Array.from(reasons, ([reason, count]) => `${reason} (${count})`).join(", ");
  return `None of the ${seen} dead letters is selected. Reasons that are there: ${there}.`;
}
