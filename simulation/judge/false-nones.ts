import { markdownTable } from "markdown-table";
import type { Delivery, QueuedCopy } from "../history.ts";
import { type ConnectRequest, deliveryOf, type Facts, type Invocation } from "./facts.ts";

/** How `effect: none` can be published for an intent whose contact a request has moved. */
const noneCause = {
  receivedFirstTwice: "SQS gave two deliveries of a message the receive count 1",
  deliveredTwice: "two deliveries of a message at the same time, each with its own receive count",
  twin: "a twin: the intent was sent twice",
  otherCopy: "another copy of the message is alive: replayed twice, enqueued, or delivered again",
  noHistory: "moved and redriven by SQS, or replayed without a history",
  sameMessage: "an earlier request for this very message",
} as const;

type NoneCause = (typeof noneCause)[keyof typeof noneCause];
const noneCauses = Object.values(noneCause);
export type NoneCounts = Record<NoneCause, number>;

export function noNoneCounts(): NoneCounts {
  return Object.fromEntries(noneCauses.map((cause) => [cause, 0])) as NoneCounts;
}

/** Counts every `none` that was published after a request of the same intent had moved the contact, by cause. */
export function countFalseNones(facts: Facts): NoneCounts {
  const counts = noNoneCounts();
  for (const invocation of facts.invocations.values()) {
    for (const published of invocation.stored) {
      const { outcome, intent, at } = published;
      if (outcome.failure?.effect !== "none" || !intent) continue;
      const moving = facts
        .requestsOf(intent)
        .filter(({ transferred }) => transferred && transferred.at <= at);
      const delivery = deliveryOf(facts, invocation, published);
      const [first] = moving;
      if (first && delivery) counts[causeOf(facts, invocation, delivery, first)] += 1;
    }
  }
  return counts;
}

function causeOf(
  facts: Facts,
  invocation: Invocation,
  delivery: Delivery,
  { invocation: moved, intent }: ConnectRequest,
): NoneCause {
  const own = moved.deliveries.filter((one) => facts.intentOf(one) === intent);
  const same = own.find(({ copy }) => copy === delivery.copy);
  if (same) {
    if (moved === invocation) return noneCause.sameMessage;
    if (same.count === 1 && delivery.count === 1) return noneCause.receivedFirstTwice;
    return same.number > delivery.number || (moved.end?.at ?? Number.POSITIVE_INFINITY) > invocation.startedAt
      ? noneCause.deliveredTwice
      : noneCause.sameMessage;
  }
  const roots = own.map((one) => rootOf(facts, one.copy));
  const root = rootOf(facts, delivery.copy);
  if (root === undefined || roots.includes(undefined)) return noneCause.noHistory;
  return roots.includes(root) ? noneCause.otherCopy : noneCause.twin;
}

/** The copy that a producer sent; undefined if SQS or Lambda moved it on the way and nothing says so. */
function rootOf({ copies }: Facts, id: string): string | undefined {
  for (let copy: QueuedCopy | undefined = copies.get(id); copy; copy = copies.get(copy.parent.copy)) {
    if (copy.parent === "unrecorded") return undefined;
    if (copy.parent === undefined) return copy.id;
  }
  return undefined;
}

export function addNoneCounts(sum: NoneCounts, more: NoneCounts) {
  for (const cause of noneCauses) sum[cause] += more[cause];
}

/** A table for docs/simulation.md. */
export function noneTable(bySemantics: Readonly<Record<string, NoneCounts>>): string {
  const semantics = Object.keys(bySemantics).sort();
  const rows = noneCauses.map((cause) => {
    const counts = semantics.map((one) => bySemantics[one]?.[cause] ?? 0);
    return [cause, ...counts.map(String), String(counts.reduce((sum, count) => sum + count, 0))];
  });
  return markdownTable([["cause", ...semantics, "all"], ...rows], { alignDelimiters: false });
}
