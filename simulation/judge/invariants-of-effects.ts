import type { Copy, Delivery, Subject } from "../history.ts";
import { type Ask, type Facts, type Invocation, isRefusal, isThrottle, type Told } from "./facts.ts";

/** Never two effects for one intent while Connect honours tokens. */
export function* movesAtMostOnce(facts: Facts) {
  if (facts.history.semantics === "ignored") return;
  for (const subject of facts.subjects) {
    const moves = facts.asksOf(subject).filter(({ moved }) => moved);
    if (moves.length > 1) yield `intent ${subject.number} moved its contact ${moves.length} times`;
  }
}

/** One intent is asked for under one token, and no two intents under the same. */
export function* keepsItsToken(facts: Facts) {
  const owners = new Map<string, Subject | undefined>();
  const tokens = new Map<Subject | undefined, string>();
  for (const { clientToken = "", subject } of facts.asks) {
    if (subject === undefined) {
      yield "Connect was asked for what nobody intended";
      continue;
    }
    if (clientToken === "") yield `intent ${subject.number} was asked for without a token`;
    if ((tokens.get(subject) ?? clientToken) !== clientToken)
      yield `intent ${subject.number} changed its token`;
    if ((owners.get(clientToken) ?? subject) !== subject)
      yield `intent ${subject.number} has the token of another`;
    tokens.set(subject, clientToken);
    owners.set(clientToken, subject);
  }
  for (const { outcome, subject } of facts.told) {
    const token = subject && tokens.get(subject);
    if (token && outcome.clientToken && outcome.clientToken !== token)
      yield `intent ${subject.number} was told of under another token`;
    if (token && subject && outcome.intentId !== subject.intentId)
      yield `intent ${subject.number} was told of as ${outcome.intentId}`;
  }
}

/** A success is told only of a contact that this intent moved before. */
export function* tellsNoFalseSuccess(facts: Facts) {
  for (const { outcome, subject, at } of facts.told) {
    if (!outcome.isSuccess) continue;
    const isTrue =
      subject &&
      facts
        .asksOf(subject)
        .some(({ moved }) => moved && moved.at <= at && moved.newContactId === outcome.newContactId);
    if (!isTrue)
      yield `a success of ${subject ? `intent ${subject.number}` : "nothing"} was told that never was`;
  }
}

/** `effect: none` is never told where a request for this message or its history moved the contact. */
export function* tellsNoneOnlyWhereNone(facts: Facts) {
  for (const invocation of facts.invocations.values()) {
    for (const told of invocation.stored) {
      if (told.outcome.failure?.effect !== "none") continue;
      const delivery = deliveryOf(facts, invocation, told);
      const copy = delivery && facts.copies.get(delivery.copy);
      if (!delivery || !copy) continue;
      if (copy.historySays === "unknown")
        yield `effect none was told of ${copy.id}, whose history says unknown`;
      const moving = facts
        .asksOf(copy.subject)
        .find((ask) => ask.moved && ask.at <= told.startedAt && wasMadeFor(facts, ask, delivery));
      if (moving)
        yield `effect none was told of ${copy.id}, whose request of invocation ${moving.invocation.number} moved the contact`;
    }
  }
}

/** `effect: none` is told where a first delivery asked for nothing, or was refused at its first answer. */
export function* tellsNoneWhereCertain(facts: Facts) {
  for (const invocation of facts.invocations.values()) {
    for (const told of invocation.stored) {
      const { failure } = told.outcome;
      const delivery = deliveryOf(facts, invocation, told);
      const copy = delivery && facts.copies.get(delivery.copy);
      if (failure?.effect !== "unknown" || !copy || delivery.count !== 1 || copy.historySays === "unknown")
        continue;
      const asks = facts
        .asksOf(copy.subject)
        .filter((ask) => ask.at <= told.startedAt && !isThrottle(ask.answer));
      const [first] = asks;
      const isCertain = first === undefined || (asks.length === 1 && isRefusal(first.answer));
      if (isCertain)
        yield `effect unknown was told of ${copy.id}, for which Connect was never asked with effect`;
    }
  }
}

/** What Connect has told an instance is used by it: no other request after a success, or after a refusal that is not told. */
export function* usesWhatItKnows(facts: Facts) {
  for (const ask of facts.asks) {
    const {
      subject,
      answer,
      answeredAt = ask.invocation.end?.at ?? Number.POSITIVE_INFINITY,
      invocation,
    } = ask;
    if (!subject) continue;
    const { instance } = invocation;
    const later = facts
      .asksOf(subject)
      .filter((other) => other !== ask && other.invocation.instance === instance && other.at >= ask.at);
    if (later.some(({ at }) => at < answeredAt))
      yield `intent ${subject.number} was asked for twice at once in instance ${instance}`;
    if (answer !== "ok" && !isRefusal(answer)) continue;
    const told = facts.told.filter((one) => one.subject === subject && one.instance === instance);
    if (answer === "ok" && ask.fate !== "empty answer") {
      if (later.some(({ at }) => at > answeredAt))
        yield `intent ${subject.number} was asked for again by an instance that knew of its success`;
      // Of twins in one invocation one may have been found too old before the other heard of its success.
      const hasTwin = invocation.deliveries.filter((one) => facts.subjectOf(one) === subject).length > 1;
      const failed = told.find(
        (one) =>
          !one.outcome.isSuccess &&
          one.startedAt > answeredAt &&
          !(hasTwin && one.invocation === invocation.number),
      );
      if (failed)
        yield `intent ${subject.number} was told as ${failed.outcome.failure?.reason} by an instance that knew of its success`;
    }
    if (isRefusal(answer)) {
      const toldAt = told.find(({ at }) => at >= answeredAt)?.at ?? Number.POSITIVE_INFINITY;
      if (later.some(({ at }) => at > answeredAt && at < toldAt))
        yield `intent ${subject.number} was asked for again before its refusal was told`;
    }
  }
}

/** Whether a request was made for this delivery of a message, an earlier one of it, or before it was put back. */
function wasMadeFor(facts: Facts, ask: Ask, delivery: Delivery): boolean {
  const own = ask.invocation.deliveries.filter((one) => facts.subjectOf(one) === ask.subject);
  const [only] = own;
  // Of twins in one invocation nobody can say whose request it was.
  return only !== undefined && own.length === 1 && precedes(facts, only, delivery);
}

function precedes(facts: Facts, earlier: Delivery, delivery: Delivery): boolean {
  if (earlier.number === delivery.number) return true;
  // SQS itself can count two deliveries as one: then nobody can know of the other.
  if (earlier.copy === delivery.copy)
    return earlier.number < delivery.number && !(earlier.count === delivery.count && delivery.count === 1);
  const parent = facts.copies.get(delivery.copy)?.parent;
  if (parent === undefined || parent === "untold") return false;
  const source = facts.deliveries.get(parent.delivery);
  return source !== undefined && precedes(facts, earlier, source);
}

function deliveryOf(facts: Facts, invocation: Invocation, { outcome, subject }: Told): Delivery | undefined {
  const { messageId } = outcome;
  if (messageId !== undefined) return invocation.deliveries.find(({ copy }) => copy === messageId);
  return invocation.deliveries.find(
    (delivery) => isEvent(facts.copies.get(delivery.copy)) && facts.subjectOf(delivery) === subject,
  );
}

function isEvent(copy: Copy | undefined): boolean {
  return copy?.isEvent === true;
}
