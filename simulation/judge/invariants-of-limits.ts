import type { QueuedCopy } from "../history.ts";
import {
  type ConnectRequest,
  type Facts,
  type Invocation,
  isRefusal,
  isThrottle,
  type PublishedOutcome,
} from "./facts.ts";
import { reasonOf } from "./invariants-of-settling.ts";

/** No request is made for an intent that is invalid, not allowed or too old. */
export function* requestsOnlyAllowed(facts: Facts) {
  for (const { at, invocation, intent } of facts.requests) {
    if (!intent) continue;
    if (intent.kind !== "valid") yield `intent ${intent.number} was requested, but it is ${intent.kind}`;
    const isFresh = copiesOf(facts, invocation).some(
      (copy) =>
        copy.intent === intent && invocation.skews.some((skewMs) => !hasExpired(facts, copy, at + skewMs)),
    );
    if (!isFresh) yield `intent ${intent.number} was requested when it was too old`;
  }
}

/** A failure has a true reason, never throttling. A retried one needs requests, receives and time. */
export function* failsForTrueReason(facts: Facts) {
  for (const invocation of facts.invocations.values()) {
    for (const published of invocation.stored) {
      const wrong = wrongWith(facts, invocation, published);
      if (wrong)
        yield `a failure of ${published.outcome.messageId ?? "an event"} was published as ${published.outcome.failure?.reason}, but ${wrong}`;
    }
  }
}

function wrongWith(
  facts: Facts,
  invocation: Invocation,
  { outcome, intent, startedAt }: PublishedOutcome,
): string | undefined {
  const { failure, messageId } = outcome;
  if (outcome.isSuccess || !failure) return undefined;
  const delivery = invocation.deliveries.find(
    ({ copy, count }) => copy === messageId || (messageId === undefined && count === undefined),
  );
  const copy = delivery && facts.copies.get(delivery.copy);
  if (!copy) return "it was not delivered";
  const { kind } = copy.intent;
  const { reason } = failure;
  if (kind === "invalid") return reason === "InvalidIntent" ? undefined : "it is invalid";
  if (kind === "notAllowed") return reason === "NotAllowed" ? undefined : "it is not allowed";
  const ended = copy.waitsSince === undefined ? { invocation, delivery, at: startedAt } : sentBy(facts, copy);
  if (!ended) return undefined;
  if (reason === "IntentExpired")
    return ended.invocation.skews.some((skewMs) => hasExpired(facts, copy, ended.at + skewMs))
      ? undefined
      : "it was fresh";
  const requests = facts.requestsOf(copy.intent).filter(({ at }) => at <= startedAt);
  if (reason === "InvalidRequest" || reason === "ResourceNotFound") {
    return requests.some(({ answer }) => isRefusal(answer) && reasonOf(answer ?? "") === reason)
      ? undefined
      : "Connect did not reject it";
  }
  const failed = requests.filter(
    (request) =>
      request.invocation === ended.invocation && request.answer !== undefined && !isThrottle(request.answer),
  );
  const last = failed.at(-1);
  if (
    !last?.answer ||
    reasonOf(last.answer) !== reason ||
    (last.answer === "ok" && last.fault !== "empty answer")
  )
    return "Connect did not return that";
  if (failed.length < 3) return `only ${failed.length} requests failed`;
  if ((ended.delivery.count ?? 0) < 3) return "it was received fewer than three times";
  const endedAt = ended.at + Math.max(...ended.invocation.skews);
  const triedForMs = endedAt - (ended.delivery.firstReceivedAt ?? ended.at);
  return triedForMs < facts.history.settings.retryForMs || intent === undefined
    ? "retryFor had not passed"
    : undefined;
}

/** The delivery that a message took the place of; undefined if SQS has moved the message since. */
function sentBy({ deliveries, invocationOf }: Facts, { parent, sentAt: at }: QueuedCopy) {
  const number = parent === "unrecorded" ? undefined : parent?.delivery;
  const delivery = deliveries.get(number ?? -1);
  const invocation = invocationOf.get(number ?? -1);
  return delivery && invocation && { delivery, invocation, at };
}

/**
 * The function returns before its deadline with nothing in flight, and starts no request that cannot end in time. A
 * runtime whose clock is behind Lambda's says that more time is left: that much later it may be.
 */
export function* answersInTime(facts: Facts) {
  for (const { number, requests, end, ...one } of facts.invocations.values()) {
    const deadlineAt = one.deadlineAt + Math.max(0, one.misledByMs);
    if (end?.what === "timed out" && one.misledByMs < 200) yield `invocation ${number} timed out`;
    if (requests.some(({ at }) => at > deadlineAt - 2_000))
      yield `invocation ${number} began a request with less than 2 s left`;
    if (end?.what !== "finished") continue;
    if (end.at > deadlineAt - 200)
      yield `invocation ${number} returned ${deadlineAt - end.at} ms before its deadline`;
    if (end.callsInFlight + end.sleeping > 0)
      yield `invocation ${number} left ${end.callsInFlight} calls and ${end.sleeping} timers in flight`;
  }
}

/** All requests of an instance, retries included, keep its pace and wait an interval after a throttle. */
export function* keepsPace(facts: Facts) {
  const { requestsPerSecond } = facts.history.settings;
  const byInstance = Map.groupBy(facts.requests, ({ invocation }) => invocation.instance);
  for (const [instance, requests] of byInstance)
    for (const fault of exceedsPace(requests, requestsPerSecond)) yield `instance ${instance} ${fault}`;
}

/** What calls of one instance at one pace do wrong. */
export function* exceedsPace(
  calls: readonly { readonly at: number; readonly answer?: string; readonly answeredAt?: number }[],
  perSecond: number,
) {
  const burst = Math.max(1, perSecond);
  for (const [index, { at }] of calls.entries()) {
    const windowStartAt = calls[Math.max(0, index - Math.floor(burst))]?.at ?? at;
    const count = Math.min(index, Math.floor(burst)) + 1;
    const allowed = burst + ((at - windowStartAt + 2) * perSecond) / 1000;
    if (count > allowed) yield `made ${count} requests within ${at - windowStartAt} ms`;
    const { answer, answeredAt = at } = calls[index - 1] ?? {};
    if (isThrottle(answer) && at > answeredAt && at < answeredAt + 1000 / perSecond - 2)
      yield "did not slow down after it was throttled";
  }
}

/** Wider windows need no check: narrower ones imply them. */
const widestWindowMs = 60_000;

/**
 * All instances together keep the pace: in any window, the share of each instance that made a request in it, and a burst of
 * each. The concurrency bounds invocations, not instances: with more instances than that, their shares add up to more.
 */
export function* keepsTotalPace({ requests, history: { settings } }: Facts) {
  const { transfersPerSecond, maxConcurrency } = settings;
  const share = transfersPerSecond / maxConcurrency;
  const burst = Math.max(1, share);
  for (const [first, { at: from }] of requests.entries()) {
    const instances = new Set<number>();
    for (let last = first; last < requests.length; last++) {
      const { at, invocation } = requests[last] as ConnectRequest;
      if (at > from + widestWindowMs) break;
      instances.add(invocation.instance);
      const count = last - first + 1;
      const ofShares = ((at - from + 2) * share * Math.max(maxConcurrency, instances.size)) / 1000;
      if (count <= instances.size * burst + ofShares) continue;
      yield `${instances.size} instances made ${count} requests within ${at - from} ms`;
      return;
    }
  }
}

/** A message to retry is hidden for a time that SQS accepts, and for longer if receives are scarce. */
export function* hidesWithinBounds(facts: Facts) {
  for (const invocation of facts.invocations.values()) {
    for (const hiding of invocation.hidings) {
      const { seconds, copy: id, at } = hiding;
      const copy = facts.copies.get(id);
      const delivery = invocation.deliveries.find((one) => one.copy === id);
      if (hiding.what === "not hidden" && hiding.error === "InvalidParameterValue")
        yield `SQS refused to hide ${id} for ${seconds} s`;
      if (!copy || delivery?.count === undefined) continue;
      const local = at + Math.max(...invocation.skews);
      const ageLeftMs = Math.min(
        copy.ageStartsAt + facts.history.settings.maxIntentAgeMs - local,
        copy.expiresAt - local,
        11.9 * 3_600_000,
      );
      const leastMs = delivery.count < 100 ? 1_000 : ageLeftMs / Math.max(1, 1000 - delivery.count);
      if (seconds * 1000 < leastMs - 10_000 * Math.min(1, leastMs / 20_000))
        yield `${id} was hidden for ${seconds} s at receive ${delivery.count}, with ${Math.round(ageLeftMs / 1000)} s of age left`;
      const isScarce = delivery.count >= 100;
      const { notFoundGraceMs, resolveUnknown } = facts.history.settings;
      // What waits for reads waits until they have settled, later for an eighth of the time since.
      const waitedMs = copy.waitsSince === undefined ? 0 : local - copy.sentAt;
      const behindMs = Math.max(0, -Math.min(...invocation.skews));
      const settleForMs = copy.waitsSince === undefined ? 0 : (resolveUnknown?.settleForMs ?? 0) + behindMs;
      const longest = Math.max(301, Math.max(notFoundGraceMs, settleForMs + 1_000, waitedMs / 8) / 1000);
      if (!isScarce && seconds > longest) yield `${id} was hidden for ${seconds} s`;
    }
  }
}

/** A message first seen at this receive or later has used its reserve in earlier crashes. */
const reservedFrom = 995;

/** SQS dead-letters only messages that instances crashed on or could not hide. */
export function* leavesNothingToRedrivePolicy(facts: Facts) {
  for (const entry of facts.history.entries) {
    if (entry.what !== "dead-lettered by AWS" || entry.isEvent) continue;
    const isExcused =
      (facts.copies.get(entry.copy)?.receivesBefore ?? 0) >= reservedFrom ||
      facts.history.entries.some((other) => other.what === "redelivered" && other.copy === entry.copy) ||
      [...facts.invocations.values()].some(({ end, hidings, deliveries }) => {
        if (!deliveries.some(({ copy }) => copy === entry.copy)) return false;
        return end?.what !== "finished" || hidings.find(({ copy }) => copy === entry.copy)?.what !== "hidden";
      });
    if (!isExcused) yield `SQS dead-lettered ${entry.copy}, which only waited`;
  }
}

/** After healing the queue drains in bounded time. */
export function* drains(facts: Facts) {
  const end = facts.history.entries.at(-1);
  if (end?.what === "ended" && !end.isDrained)
    yield `the queue did not drain: ${end.left.join(", ") || "an invocation never ended"}`;
}

function hasExpired(facts: Facts, { ageStartsAt, expiresAt }: QueuedCopy, local: number): boolean {
  return local > expiresAt || local - ageStartsAt > facts.history.settings.maxIntentAgeMs;
}

function copiesOf(facts: Facts, invocation: Invocation): QueuedCopy[] {
  return invocation.deliveries.flatMap(({ copy }) => facts.copies.get(copy) ?? []);
}
