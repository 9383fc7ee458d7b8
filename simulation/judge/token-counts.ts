import { markdownTable } from "markdown-table";
import type { TrueIntent } from "../history.ts";
import type { Facts } from "./facts.ts";

/** Results of intents under one token semantics, summed over schedules. */
export interface TokenCounts {
  /** Valid intents. */
  intents: number;
  /** Intents whose contact was transferred. */
  transferred: number;
  transferredTwice: number;
  /** Transferred, but only Failed was published: with `effect: unknown`, or with a false `effect: none`. */
  onlyFailedUnknown: number;
  onlyFailedNone: number;
  /** Of those with `unknown`: the contacts that moved once, by nobody else, and to which no task was linked. */
  onlyFailedUnknownMovedOnce: number;
  /** Succeeded and Failed were published: Succeeded wins. */
  bothPublished: number;
}

export function noTokenCounts(): TokenCounts {
  return {
    intents: 0,
    transferred: 0,
    transferredTwice: 0,
    onlyFailedUnknown: 0,
    onlyFailedNone: 0,
    onlyFailedUnknownMovedOnce: 0,
    bothPublished: 0,
  };
}

export function countTokens(facts: Facts): TokenCounts {
  const counts = noTokenCounts();
  for (const intent of facts.intents) {
    if (intent.kind !== "valid") continue;
    counts.intents += 1;
    const transfers = facts.requestsOf(intent).filter(({ transferred }) => transferred).length;
    const outcomes = facts.published.filter((one) => one.intent === intent).map(({ outcome }) => outcome);
    const hasSucceeded = outcomes.some(({ isSuccess }) => isSuccess);
    if (hasSucceeded && outcomes.some(({ failure }) => failure)) counts.bothPublished += 1;
    if (transfers === 0) continue;
    counts.transferred += 1;
    if (transfers > 1) counts.transferredTwice += 1;
    if (hasSucceeded || outcomes.length === 0) continue;
    if (!isUnknownAtLast(facts, intent)) counts.onlyFailedNone += 1;
    else {
      counts.onlyFailedUnknown += 1;
      const moves = facts.moves.filter(({ contactId }) => contactId === intent.request.contactId);
      const isLinked = facts.linked.some(({ contactId }) => contactId === intent.request.contactId);
      if (moves.length === 1 && !isLinked) counts.onlyFailedUnknownMovedOnce += 1;
    }
  }
  return counts;
}

/** Whether only failures were published, and not all of them with `effect: none`. */
export function isUnknownAtLast(facts: Facts, intent: TrueIntent): boolean {
  const outcomes = facts.published.filter((one) => one.intent === intent).map(({ outcome }) => outcome);
  return (
    outcomes.length > 0 &&
    !outcomes.some(({ isSuccess }) => isSuccess) &&
    !outcomes.every(({ failure }) => failure?.effect === "none")
  );
}

export function addTokenCounts(sum: TokenCounts, more: TokenCounts) {
  for (const name of Object.keys(sum) as (keyof TokenCounts)[]) sum[name] += more[name];
}

/** A table for docs/simulation.md. */
export function tokenTable(bySemantics: Readonly<Record<string, TokenCounts>>): string {
  const rows = Object.keys(bySemantics)
    .sort()
    .map((semantics) => {
      const counts = bySemantics[semantics] ?? noTokenCounts();
      const share = (count: number) =>
        `${count} (${((100 * count) / Math.max(1, counts.transferred)).toFixed(2)} %)`;
      const { intents, transferred, transferredTwice, bothPublished, ...failed } = counts;
      const { onlyFailedUnknown, onlyFailedUnknownMovedOnce, onlyFailedNone } = failed;
      const shares = [transferredTwice, onlyFailedUnknown, onlyFailedUnknownMovedOnce, onlyFailedNone].map(
        share,
      );
      return [semantics, String(intents), String(transferred), ...shares, String(bothPublished)];
    });
  const head = [
    "semantics",
    "valid intents",
    "transferred",
    "transferred twice",
    "transferred, only Failed published, `unknown`",
    "of these, moved once, by nobody else, no task linked",
    "transferred, only Failed published, `none`",
    "both published",
  ];
  return markdownTable([head, ...rows], { alignDelimiters: false });
}
