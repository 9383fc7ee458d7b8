import { markdownTable } from "markdown-table";
import type { TrueIntent } from "../history.ts";
import type { Facts } from "./facts.ts";
import { isUnknownAtLast } from "./token-counts.ts";

/** Why it cannot be told of a contact that a request of an intent moved. */
const unknownCause = {
  byUsAgain: "Connect disregarded the token: requests of the intent moved the contact several times",
  byOther: "an agent, a manager or a flow moved the contact as well",
  byOtherIntent: "a request of another intent moved the contact as well",
  linked: "a task was linked to the contact by `API`, which counts as a transfer",
  movedOnce: "moved once, by nobody else, no task linked",
} as const;

type UnknownCause = (typeof unknownCause)[keyof typeof unknownCause];
const unknownCauses = Object.values(unknownCause);
export interface UnknownCounts extends Record<UnknownCause, number> {
  transferred: number;
}

export function noUnknownCounts(): UnknownCounts {
  const none = Object.fromEntries(unknownCauses.map((cause) => [cause, 0])) as Record<UnknownCause, number>;
  return { ...none, transferred: 0 };
}

/** Counts intents that moved their contact and were published as `unknown` alone, by cause. */
export function countUnknowns(facts: Facts): UnknownCounts {
  const counts = noUnknownCounts();
  for (const intent of facts.intents) {
    if (intent.kind !== "valid" || !facts.requestsOf(intent).some(({ transferred }) => transferred)) continue;
    counts.transferred += 1;
    if (isUnknownAtLast(facts, intent)) counts[causeOf(facts, intent)] += 1;
  }
  return counts;
}

function causeOf(facts: Facts, intent: TrueIntent): UnknownCause {
  const { contactId } = intent.request;
  const own = new Set(facts.requestsOf(intent).flatMap(({ transferred }) => transferred?.newContactId ?? []));
  if (own.size > 1) return unknownCause.byUsAgain;
  const others = facts.moves.filter((move) => move.contactId === contactId && !own.has(move.newContactId));
  if (others.some(({ by }) => by !== "request")) return unknownCause.byOther;
  if (others.length > 0) return unknownCause.byOtherIntent;
  return facts.linked.some((one) => one.contactId === contactId)
    ? unknownCause.linked
    : unknownCause.movedOnce;
}

export function addUnknownCounts(sum: UnknownCounts, more: UnknownCounts) {
  for (const name of [...unknownCauses, "transferred"] as const) sum[name] += more[name];
}

/** A table for docs/simulation.md. */
export function unknownTable(bySemantics: Readonly<Record<string, UnknownCounts>>): string {
  const all = noUnknownCounts();
  for (const counts of Object.values(bySemantics)) addUnknownCounts(all, counts);
  const columns = Object.entries(bySemantics).toSorted(([a], [b]) => a.localeCompare(b));
  const shares = ({ transferred, ...counts }: UnknownCounts, cause: UnknownCause) =>
    `${counts[cause]} (${((100 * counts[cause]) / Math.max(1, transferred)).toFixed(2)} %)`;
  const rows = unknownCauses.map((cause) => [
    cause,
    ...columns.map(([, counts]) => shares(counts, cause)),
    shares(all, cause),
  ]);
  return markdownTable([["cause", ...columns.map(([semantics]) => semantics), "all"], ...rows], {
    alignDelimiters: false,
  });
}
