import type { TrueIntent } from "../history.ts";
import type { Facts, Invocation, PublishedOutcome } from "./facts.ts";
import { exceedsPace } from "./invariants-of-limits.ts";

/** Requests per second that Connect allows by default. */
const quotas = { DescribeContact: 10, ListAssociatedContacts: 2 } as const;

/** Longest time between a read and what follows from it. */
const readTakesMs = 30_000;

/** Connect is read in a deployment that asks for it, and then only for what waits for it: an unknown effect. */
export function* readsOnlyUnknowns(facts: Facts) {
  const { resolveUnknown, isShadow } = facts.history.settings;
  for (const { number, reads, deliveries } of facts.invocations.values()) {
    if (reads.length === 0) continue;
    const waiting = deliveries.flatMap(({ copy }) => {
      const { carries, waitsSince, intent } = facts.copies.get(copy) ?? {};
      return intent && carries === "refused" && waitsSince !== undefined ? [intent.request.contactId] : [];
    });
    const successors = [...facts.moves, ...facts.linked].filter(({ contactId }) =>
      waiting.includes(contactId),
    );
    const allowed = new Set([...waiting, ...successors.map(({ newContactId }) => newContactId)]);
    for (const { contactId } of reads)
      if (!resolveUnknown || isShadow || !allowed.has(contactId))
        yield `invocation ${number} read ${contactId}, whose effect was not unknown`;
  }
}

/** The reads of an instance keep the pace of each operation, and wait an interval after a throttle. */
export function* keepsPaceOfReads({ history: { settings }, invocations }: Facts) {
  const { resolveUnknown } = settings;
  if (!resolveUnknown) return;
  const byInstance = Map.groupBy(invocations.values(), ({ instance }) => instance);
  for (const [instance, ofInstance] of byInstance) {
    const reads = ofInstance.flatMap((one) => one.reads).toSorted((a, b) => a.at - b.at);
    for (const operation of ["DescribeContact", "ListAssociatedContacts"] as const) {
      const perSecond = quotas[operation] * resolveUnknown.shareOfReads;
      const own = reads.filter((one) => one.operation === operation);
      for (const fault of exceedsPace(own, perSecond)) yield `${operation} of instance ${instance}: ${fault}`;
    }
  }
}

/** A success that was observed names the contact's successor, where the intent wanted it, and never an agent's transfer. */
export function* observesTrueSuccess(facts: Facts) {
  for (const { outcome, intent, at } of facts.published) {
    if (!outcome.isObserved) continue;
    const move = facts.moves.find(({ newContactId }) => newContactId === outcome.newContactId);
    if (!move || move.at > at || move.contactId !== intent?.request.contactId) {
      yield `${outcome.newContactId} was published as the successor of ${intent?.request.contactId}`;
      continue;
    }
    const { queueId } = intent.request;
    if (queueId !== undefined && move.queueId !== queueId)
      yield `a success was observed at ${move.queueId}, not at ${queueId}`;
    if (isBeforeRequest(facts, intent, move.at))
      yield `${outcome.newContactId} began before intent ${intent.number} was requested, and was published as its success`;
    if (move.by === "agent") yield `the agent's transfer of ${move.contactId} was published as a success`;
  }
}

/** Long before the only message of an intent was made: clocks may differ by less. */
function isBeforeRequest({ copies }: Facts, intent: TrueIntent, at: number): boolean {
  const sent = [...copies.values()].filter((copy) => copy.intent === intent && copy.parent === undefined);
  return intent.requestedAt !== undefined && sent.length === 1 && at < intent.requestedAt - 5 * 60_000;
}

/** `by: other` is only said of a move that no request of this intent made. */
export function* blamesOnlyOthers(facts: Facts) {
  for (const { outcome, intent } of facts.published) {
    const { by, contactId } = outcome.resolution ?? {};
    if (by !== "other" || !intent) continue;
    const isOwn = facts
      .requestsOf(intent)
      .some(({ transferred }) => transferred && transferred.newContactId === contactId);
    if (isOwn) yield `intent ${intent.number} moved its contact, but another was said to have`;
  }
}

/**
 * No `none` rests on reads that must have shown a move: one of this intent, or any before the contact ended. An intent that
 * waits for reads starts anew only while its contact has not moved.
 */
export function* trustsOnlyReadsThatLag(facts: Facts) {
  const { resolveUnknown } = facts.history.settings;
  if (!resolveUnknown || areClocksSet(facts)) return;
  const lagMs = facts.history.readsLagMs ?? 0;
  for (const invocation of facts.invocations.values()) {
    for (const published of invocation.stored) {
      const { outcome, intent } = published;
      const { found } = outcome.resolution ?? {};
      if (outcome.failure?.effect !== "none" || !intent || !found) continue;
      const readAt = lastReadAt(invocation, published);
      // A contact moves before it ends: the end that shows waits for the list to show the move.
      const shownUntil = found === "ended" ? readAt : readAt - lagMs;
      const shown = movesOf(facts, published).filter(({ at }) => at <= shownUntil);
      const own = shown.filter(({ by }) => by === "request of this intent");
      if (own.length > 0) yield `${found}, none was published, although a request had moved the contact`;
      else if ((found === "open" || found === "ended") && shown.length > 0)
        yield `a contact was published as ${found}, none, although another had moved it`;
    }
    for (const { at, copy } of invocation.enqueued) {
      const parent = copy.parent === "unrecorded" ? undefined : facts.copies.get(copy.parent?.copy ?? "");
      if (parent?.waitsSince === undefined || copy.carries) continue;
      const { contactId } = copy.intent.request;
      if (facts.moves.some((move) => move.contactId === contactId && move.at <= at - lagMs - readTakesMs))
        yield `${copy.id} asks anew, although its contact had moved`;
    }
  }
}

/**
 * With the chaos over, no effect stays unknown of a contact that is open, has ended, or was moved once, by a request of its
 * intent: an `unknown` says which other or which second move there was.
 */
export function* resolvesWhatCanBeRead(facts: Facts) {
  const { resolveUnknown, isShadow } = facts.history.settings;
  if (!resolveUnknown || isShadow || areClocksSet(facts)) return;
  for (const published of facts.published) {
    const { outcome, intent } = published;
    if (outcome.failure?.effect !== "unknown" || intent?.kind !== "valid" || intent.isContactMissing)
      continue;
    const { found, why } = outcome.resolution ?? {};
    const moves = movesOf(facts, published);
    const isOthers = moves.some(({ by }) => by !== "request of this intent");
    if ((found === "several" && moves.length > 1) || (found === "elsewhere" && isOthers)) continue;
    // The simulated flows put a contact nowhere if they decide for themselves.
    if (isOthers && moves.some(({ queueId }) => queueId === undefined)) continue;
    // A task that is linked by API looks like a successor if API counts as a transfer.
    const isUnclear = found === "unreadable" || found === "several";
    if (isUnclear && resolveUnknown.transferMethods.includes("API") && isLinked(facts, published)) continue;
    yield `${outcome.failure.reason} of ${outcome.messageId} stays unknown: ${why ?? found ?? "nothing was read"}`;
  }
}

/** The moves of an outcome's contact until it was published. */
function movesOf(facts: Facts, { intent, at }: PublishedOutcome) {
  const own = new Set(
    intent && facts.requestsOf(intent).flatMap(({ transferred }) => transferred?.newContactId ?? []),
  );
  return facts.moves
    .filter((move) => move.contactId === intent?.request.contactId && move.at <= at)
    .map((move) => ({
      ...move,
      by: own.has(move.newContactId) ? ("request of this intent" as const) : move.by,
    }));
}

/** When the contact was read first, of the last reads before the outcome was published. */
function lastReadAt({ reads }: Invocation, { intent, startedAt }: PublishedOutcome): number {
  const contactId = intent?.request.contactId;
  const own = reads.filter(
    (one) => one.operation === "DescribeContact" && one.contactId === contactId && one.at <= startedAt,
  );
  return own.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
}

function isLinked({ linked }: Facts, { intent }: PublishedOutcome): boolean {
  return linked.some(({ contactId }) => contactId === intent?.request.contactId);
}

/** Then an instance may believe that the reads have settled long before they have. */
function areClocksSet({ history }: Facts): boolean {
  return history.entries.some(({ what }) => what === "clock stepped");
}
