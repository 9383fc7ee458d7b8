import { markdownTable } from "markdown-table";
import type { Facts } from "./facts.ts";

/** What becomes of intents under one token semantics. Counts add up over schedules. */
export interface TokenCounts {
  /** Valid intents. */
  intents: number;
  /** Those whose contact was moved. */
  moved: number;
  /** Moved more than once. */
  movedTwice: number;
  /** Moved, and told as Failed alone: with `effect: unknown`, and with a false `effect: none`. */
  movedToldUnknown: number;
  movedToldNone: number;
  /** Told both ways: Succeeded holds. */
  toldBoth: number;
}

export function noTokenCounts(): TokenCounts {
  return { intents: 0, moved: 0, movedTwice: 0, movedToldUnknown: 0, movedToldNone: 0, toldBoth: 0 };
}

/** What a history did to its intents. */
export function countTokens(facts: Facts): TokenCounts {
  const counts = noTokenCounts();
  for (const subject of facts.subjects) {
    if (subject.kind !== "valid") continue;
    counts.intents += 1;
    const moves = facts.asksOf(subject).filter(({ moved }) => moved).length;
    const told = facts.told.filter((one) => one.subject === subject).map(({ outcome }) => outcome);
    const isToldSucceeded = told.some(({ isSuccess }) => isSuccess);
    if (isToldSucceeded && told.some(({ failure }) => failure)) counts.toldBoth += 1;
    if (moves === 0) continue;
    counts.moved += 1;
    if (moves > 1) counts.movedTwice += 1;
    if (isToldSucceeded || told.length === 0) continue;
    if (told.every(({ failure }) => failure?.effect === "none")) counts.movedToldNone += 1;
    else counts.movedToldUnknown += 1;
  }
  return counts;
}

export function addTokenCounts(sum: TokenCounts, more: TokenCounts) {
  for (const name of Object.keys(sum) as (keyof TokenCounts)[]) sum[name] += more[name];
}

/** A table for docs/simulation.md. */
export function tokenTable(bySemantics: Readonly<Record<string, TokenCounts>>): string {
  const rows = Object.entries(bySemantics).map(([semantics, counts]) => {
    const share = (count: number) => `${count} (${((100 * count) / Math.max(1, counts.moved)).toFixed(2)} %)`;
    const { intents, moved, movedTwice, movedToldUnknown, movedToldNone, toldBoth } = counts;
    const shares = [movedTwice, movedToldUnknown, movedToldNone].map(share);
    return [semantics, String(intents), String(moved), ...shares, String(toldBoth)];
  });
  const head = [
    "semantics",
    "valid intents",
    "transferred",
    "transferred twice",
    "transferred, only Failed published, `unknown`",
    "transferred, only Failed published, `none`",
    "both published",
  ];
  return markdownTable([head, ...rows], { alignDelimiters: false });
}
