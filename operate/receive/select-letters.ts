import { exitCodes, UsageError } from "../../cli/errors.ts";
import { printable } from "../../cli/print/table.ts";
import type { Clock } from "../../lambda/ports.ts";
import { type Condition, meets } from "../letters/filters.ts";
import type { DeadLetter } from "../letters/letter.ts";
import type { Received } from "./receive-letters.ts";

/** Which dead letters a command works on: those that meet the conditions, oldest first, and at most `limit`. */
export interface Selection {
  readonly conditions: readonly Condition[];
  readonly limit?: number;
}

/** Keeps what `as` makes of each selected dead letter. Counts the reasons of all. */
export function selector<T>({ conditions }: Selection, clock: Clock, as: (letter: DeadLetter) => T) {
  const reasons = new Map<string, number>();
  const keep = (letter: DeadLetter): T | undefined => {
    reasons.set(letter.reason, (reasons.get(letter.reason) ?? 0) + 1);
    return meets(letter, conditions, clock.now()) ? as(letter) : undefined;
  };
  return { keep, reasons };
}

/** How many candidates a message names. */
const maxNamed = 5;

/**
 * The beginning of an id must mean one dead letter before anything is done to it.
 * @throws UsageError that names the candidates
 */
export function refuseAmbiguousIds(
  conditions: readonly Condition[],
  letters: readonly { readonly messageId: string }[],
): void {
  for (const { option, value } of conditions.filter(({ option }) => option === "--message-id")) {
    const meant = letters.filter(({ messageId }) => messageId.startsWith(value));
    if (meant.length < 2 || meant.some(({ messageId }) => messageId === value)) continue;
    const named = meant.slice(0, maxNamed).map(({ messageId }) => messageId);
    const more = meant.length > named.length ? ", …" : "";
    throw new UsageError(`${option} ${value} is ambiguous: ${named.join(", ")}${more}.`, {
      code: "AmbiguousId",
      hint: "Give more of the id.",
    });
  }
}

/** The oldest first, at most `limit`. */
export function oldestFirst<T extends { readonly sentAt: number }>(
  letters: readonly T[],
  limit?: number,
): T[] {
  return letters.toSorted((a, b) => a.sentAt - b.sentAt).slice(0, limit);
}

/** How many have each reason, the most frequent first. */
export function countReasons(letters: readonly { readonly reason: string }[]): [string, number][] {
  const groups = Map.groupBy(letters, ({ reason }) => reason);
  return Array.from(groups, ([reason, { length }]): [string, number] => [reason, length]).sort(
    ([, a], [, b]) => b - a,
  );
}

/** `1 dead letter` */
export function letterCount(count: number): string {
  return count === 1 ? "1 dead letter" : `${count} dead letters`;
}

type Seen = Pick<Received<unknown>, "seen" | "mayBeMore">;

/** `12 dead letters`, or `at least 12 dead letters` with the reason why there may be more. */
export function countText({ seen, mayBeMore }: Seen): string {
  return mayBeMore === undefined ? letterCount(seen) : `at least ${letterCount(seen)} (${mayBeMore})`;
}

/** What to print if the conditions select nothing. */
export function noneSelected(received: Seen, reasons: ReadonlyMap<string, number>): string {
  const { seen, mayBeMore } = received;
  if (seen === 0 && mayBeMore === undefined) return "The dead-letter queue is empty.";
  if (seen === 0) return `No dead letter was received: ${mayBeMore}.`;
  const present = Array.from(reasons, ([reason, count]) => `${printable(reason)} (${count})`).join(", ");
  return `None of ${countText(received)} matches. Reasons in the queue: ${present}.`;
}

/** The exit code of a command that could not see everything, or of one that could. */
export function seenCode({ mayBeMore }: Pick<Seen, "mayBeMore">): number {
  return mayBeMore === undefined ? exitCodes.done : exitCodes.incomplete;
}
