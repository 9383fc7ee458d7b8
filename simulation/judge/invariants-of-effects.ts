import type { Delivery, QueuedCopy, TrueIntent } from "../history.ts";
import {
  type ConnectRequest,
  deliveryOf,
  type Facts,
  type Invocation,
  isRefusal,
  isThrottle,
  type PublishedOutcome,
} from "./facts.ts";

/** One intent never has two effects while Connect honors tokens. */
export function* transfersAtMostOnce(facts: Facts) {
  if (facts.history.semantics === "ignored") return;
  for (const intent of facts.intents) {
    const transfers = facts.requestsOf(intent).filter(({ transferred }) => transferred);
    if (transfers.length > 1)
      yield `intent ${intent.number} transferred its contact ${transfers.length} times`;
  }
}

/** Every request of an intent has the same token, and no two intents share one. */
export function* keepsToken(facts: Facts) {
  const owners = new Map<string, TrueIntent | undefined>();
  const tokens = new Map<TrueIntent | undefined, string>();
  for (const { clientToken = "", intent } of facts.requests) {
    if (intent === undefined) {
      yield "Connect received a request that belongs to no intent";
      continue;
    }
    if (clientToken === "") yield `intent ${intent.number} was requested without a token`;
    if ((tokens.get(intent) ?? clientToken) !== clientToken)
      yield `intent ${intent.number} changed its token`;
    if ((owners.get(clientToken) ?? intent) !== intent)
      yield `intent ${intent.number} has the token of another`;
    tokens.set(intent, clientToken);
    owners.set(clientToken, intent);
  }
  for (const { outcome, intent } of facts.published) {
    const token = intent && tokens.get(intent);
    if (token && outcome.clientToken && outcome.clientToken !== token)
      yield `intent ${intent.number} was published under another token`;
    if (token && intent && outcome.intentId !== intent.intentId)
      yield `intent ${intent.number} was published as ${outcome.intentId}`;
  }
}

/** A success is published only after this intent transferred its contact. */
export function* publishesNoFalseSuccess(facts: Facts) {
  for (const { outcome, intent, at } of facts.published) {
    if (!outcome.isSuccess || outcome.isObserved || facts.history.settings.isShadow) continue;
    const isTrue =
      intent &&
      facts
        .requestsOf(intent)
        .some(
          ({ transferred }) =>
            transferred && transferred.at <= at && transferred.newContactId === outcome.newContactId,
        );
    if (!isTrue)
      yield `a success of ${intent ? `intent ${intent.number}` : "no intent"} was published without a transfer`;
  }
}

/** In shadow mode, no request is made to Connect, every outcome says so, and a success names the original contact. */
export function* movesNothingInShadow(facts: Facts) {
  const isShadow = facts.history.settings.isShadow === true;
  if (isShadow)
    for (const { invocation } of facts.requests)
      yield `invocation ${invocation.number} made a request in shadow mode`;
  for (const { outcome, intent } of facts.published) {
    if (outcome.isShadow !== isShadow)
      yield `an outcome of ${outcome.intentId} has shadow: ${outcome.isShadow}`;
    if (isShadow && outcome.isSuccess && outcome.newContactId !== intent?.request.contactId)
      yield `a success of ${outcome.intentId} in shadow mode names another contact`;
  }
}

/**
 * `effect: none` is never published if a request for this message, in any delivery or life of it, had transferred the contact,
 * nor for an intent that Connect refused after a request of anybody for it had. What Connect's reads have shown is judged elsewhere.
 */
export function* reportsNoFalseNone(facts: Facts) {
  for (const invocation of facts.invocations.values()) {
    for (const published of invocation.stored) {
      const { outcome, startedAt } = published;
      if (outcome.failure?.effect !== "none" || outcome.resolution) continue;
      const delivery = deliveryOf(facts, invocation, published);
      const copy = delivery && facts.copies.get(delivery.copy);
      if (!delivery || !copy) continue;
      if (copy.historySays === "unknown")
        yield `effect none was published for ${copy.id}, whose history says unknown`;
      const transferring = facts
        .requestsOf(copy.intent)
        .find(
          (request) =>
            request.transferred &&
            request.at <= startedAt &&
            (outcome.failure?.reason === "InvalidRequest" || wasMadeFor(facts, request, delivery)),
        );
      if (transferring)
        yield `effect none was published for ${copy.id}, although the request of invocation ${transferring.invocation.number} transferred the contact`;
    }
  }
}

/**
 * `effect: none` is published if a first delivery made no request, or if its first answer was a refusal other than
 * `InvalidRequest`, which may mean that another copy has moved the contact.
 */
export function* reportsNoneIfCertain(facts: Facts) {
  for (const invocation of facts.invocations.values()) {
    for (const published of invocation.stored) {
      const { failure } = published.outcome;
      const delivery = deliveryOf(facts, invocation, published);
      const copy = delivery && facts.copies.get(delivery.copy);
      if (failure?.effect !== "unknown" || !copy || delivery.count !== 1 || copy.historySays === "unknown")
        continue;
      if (failure.reason === "InvalidRequest" || mayOverlap(invocation, published, delivery)) continue;
      const requests = facts
        .requestsOf(copy.intent)
        .filter((request) => request.at <= published.startedAt && !isThrottle(request.answer));
      const [first] = requests;
      const isCertain = first === undefined || (requests.length === 1 && isRefusal(first.answer));
      if (isCertain)
        yield `effect unknown was published for ${copy.id}, although no request can have had an effect`;
    }
  }
}

/** How long an instance remembers a refusal after it has last seen its message. */
const refusalKeptForMs = 600_000;

/** An instance reuses Connect's response: no request after a success, nor after a refusal neither published nor enqueued. */
export function* usesKnownResults(facts: Facts) {
  for (const request of facts.requests) {
    const {
      intent,
      answer,
      answeredAt = request.invocation.end?.at ?? Number.POSITIVE_INFINITY,
      invocation,
    } = request;
    if (!intent) continue;
    const { instance } = invocation;
    const later = facts
      .requestsOf(intent)
      .filter(
        (other) => other !== request && other.invocation.instance === instance && other.at >= request.at,
      );
    if (later.some(({ at }) => at < answeredAt))
      yield `intent ${intent.number} was requested twice at once by instance ${instance}`;
    if (answer !== "ok" && !isRefusal(answer)) continue;
    const published = facts.published.filter((one) => one.intent === intent && one.instance === instance);
    if (answer === "ok" && request.fault !== "empty answer") {
      if (later.some(({ at }) => at > answeredAt))
        yield `intent ${intent.number} was requested again by an instance that knew of its success`;
      // One of two twins in an invocation may be found too old before the other learns of its success.
      const hasTwin = invocation.deliveries.filter((one) => facts.intentOf(one) === intent).length > 1;
      const failed = published.find(
        (one) =>
          !one.outcome.isSuccess &&
          one.startedAt > answeredAt &&
          !(hasTwin && one.invocation === invocation.number),
      );
      if (failed)
        yield `intent ${intent.number} was published as ${failed.outcome.failure?.reason} by an instance that knew of its success`;
    }
    if (isRefusal(answer) && !asksAgain(facts, instance)) {
      // Published, or on its way in a message that carries it.
      const travelling = enqueuedBy(facts, instance).filter(({ copy }) => copy.intent === intent);
      const publishedAt = Math.min(
        ...[...published, ...travelling].map(({ at }) => at).filter((at) => at >= answeredAt),
      );
      const sights = [...facts.invocations.values()].filter(
        (one) =>
          one.instance === instance && one.deliveries.some((delivery) => facts.intentOf(delivery) === intent),
      );
      const isForgotten = (other: ConnectRequest) => {
        const before = sights.filter((one) => one.startedAt < other.at && one !== other.invocation);
        const seenAt = Math.max(answeredAt, ...before.map(({ startedAt }) => startedAt));
        return other.at - seenAt >= refusalKeptForMs;
      };
      if (later.some((other) => other.at > answeredAt && other.at < publishedAt && !isForgotten(other)))
        yield `intent ${intent.number} was requested again before its refusal was published`;
    }
  }
}

/** Of a delivery whose intent was not found, and is asked for again. */
const askedAgainReasons = new Set(["ResourceNotFound", "NotEnqueued"]);

function asksAgain({ invocations }: Facts, instance: number): boolean {
  return [...invocations.values()].some(
    (one) =>
      one.instance === instance &&
      one.lines.some(({ status, reason = "" }) => status === "retry" && askedAgainReasons.has(reason)),
  );
}

/** A message that carries Connect's answer needs no request, and a success that it carries is published as one. */
export function* usesCarriedResults(facts: Facts) {
  for (const invocation of facts.invocations.values()) {
    const carriedBy = (intent: TrueIntent | undefined) => {
      const own = copiesIn(facts, invocation).filter((copy) => copy.intent === intent);
      return own.length > 0 && own.every(({ carries }) => carries) ? own : undefined;
    };
    for (const { intent } of invocation.requests) {
      const [copy] = carriedBy(intent) ?? [];
      if (copy) yield `${copy.id} carries a result, but Connect was asked again`;
    }
    for (const { intent, outcome } of invocation.stored) {
      const [copy, ...others] = carriedBy(intent) ?? [];
      if (copy?.carries === "transferred" && others.length === 0 && !outcome.isSuccess)
        yield `${copy.id} carries a success, but was published as ${outcome.failure?.reason}`;
    }
  }
}

function copiesIn({ copies }: Facts, { deliveries }: Invocation): QueuedCopy[] {
  return deliveries.flatMap(({ copy }) => copies.get(copy) ?? []);
}

function enqueuedBy({ invocations }: Facts, instance: number) {
  return [...invocations.values()].filter((one) => one.instance === instance).flatMap((one) => one.enqueued);
}

/** Whether SQS may have given the message to another receiver before this outcome was published. */
function mayOverlap(
  { skews }: Invocation,
  { at }: PublishedOutcome,
  { firstReceivedAt = at }: Delivery,
): boolean {
  return at + Math.max(...skews) - firstReceivedAt >= soleDeliveryMs;
}

/** The queue's visibility timeout, less what clocks may differ. */
const soleDeliveryMs = 175_000;

/** Whether a request was made for this message: in this delivery or another, or before it was replayed or enqueued. */
function wasMadeFor(facts: Facts, request: ConnectRequest, delivery: Delivery): boolean {
  const own = request.invocation.deliveries.filter((one) => facts.intentOf(one) === request.intent);
  const [only] = own;
  // A request of twins in one invocation cannot be assigned to either.
  return only !== undefined && own.length === 1 && isOfMessage(facts, request, only, delivery);
}

function isOfMessage(facts: Facts, request: ConnectRequest, one: Delivery, delivery: Delivery): boolean {
  if (one.number === delivery.number) return true;
  if (one.copy === delivery.copy) {
    // SQS can give two deliveries the receive count 1, and deliver a message again while it is in flight: then the delivery
    // that was first cannot know about the other, nor can its replays.
    const { firstReceivedAt = Number.NEGATIVE_INFINITY } = delivery;
    const isEarly = request.invocation.startedAt - firstReceivedAt < soleDeliveryMs;
    return !(one.count === 1 && delivery.count === 1) && !(one.number > delivery.number && isEarly);
  }
  const parent = facts.copies.get(delivery.copy)?.parent;
  const source = parent && parent !== "unrecorded" ? facts.deliveries.get(parent.delivery) : undefined;
  return source !== undefined && isOfMessage(facts, request, one, source);
}
