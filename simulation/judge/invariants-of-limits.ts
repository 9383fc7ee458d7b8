import type { Copy } from "../history.ts";
import { type Ask, type Facts, type Invocation, isRefusal, isThrottle, type Told } from "./facts.ts";
import { nameOf } from "./invariants-of-settling.ts";

/** Connect is never asked for what is not allowed, not valid or too old. */
export function* asksOnlyForWhatMayBe(facts: Facts) {
  for (const { at, invocation, subject } of facts.asks) {
    if (!subject) continue;
    if (subject.kind !== "valid")
      yield `Connect was asked for intent ${subject.number}, which is ${subject.kind}`;
    const local = at + invocation.skewMs;
    const isFresh = copiesOf(facts, invocation).some(
      (copy) => copy.subject === subject && !hasExpired(facts, copy, local),
    );
    if (!isFresh) yield `Connect was asked for intent ${subject.number} when it was too old`;
  }
}

/** A failure is told only with a reason that holds: throttling is never one, and giving up takes all three. */
export function* failsForGoodReason(facts: Facts) {
  for (const invocation of facts.invocations.values()) {
    for (const told of invocation.stored) {
      const wrong = wrongWith(facts, invocation, told);
      if (wrong)
        yield `a failure of ${told.outcome.messageId ?? "an event"} was told for ${told.outcome.failure?.reason}, yet ${wrong}`;
    }
  }
}

function wrongWith(
  facts: Facts,
  invocation: Invocation,
  { outcome, subject, startedAt }: Told,
): string | undefined {
  const { failure, messageId } = outcome;
  if (outcome.isSuccess || !failure) return undefined;
  const delivery = invocation.deliveries.find(
    ({ copy, count }) => copy === messageId || (messageId === undefined && count === undefined),
  );
  const copy = delivery && facts.copies.get(delivery.copy);
  if (!copy) return "it was not delivered";
  const { kind } = copy.subject;
  const { reason } = failure;
  if (kind === "invalid") return reason === "InvalidIntent" ? undefined : "it is invalid";
  if (kind === "notAllowed") return reason === "NotAllowed" ? undefined : "it is not allowed";
  if (reason === "IntentExpired")
    return hasExpired(facts, copy, startedAt + invocation.skewMs) ? undefined : "it was fresh";
  const asks = facts.asksOf(copy.subject).filter(({ at }) => at <= startedAt);
  if (reason === "InvalidRequest" || reason === "ResourceNotFound") {
    return asks.some(({ answer }) => isRefusal(answer) && nameOf(answer ?? "") === reason)
      ? undefined
      : "Connect did not refuse it";
  }
  const failed = asks.filter(
    (ask) => ask.invocation === invocation && ask.answer !== undefined && !isThrottle(ask.answer),
  );
  const last = failed.at(-1);
  if (
    !last?.answer ||
    nameOf(last.answer) !== reason ||
    (last.answer === "ok" && last.fate !== "empty answer")
  )
    return "Connect did not say so";
  if (failed.length < 3) return `only ${failed.length} requests failed`;
  if ((delivery.count ?? 0) < 3) return "it was received less than three times";
  const triedForMs = startedAt + invocation.skewMs - (delivery.firstReceivedAt ?? startedAt);
  return triedForMs < facts.history.settings.retryForMs || subject === undefined
    ? "retryFor was not over"
    : undefined;
}

/** The function answers in time, with nothing in flight, and starts no request that could not end. */
export function* endsInTime(facts: Facts) {
  for (const { number, deadlineAt, asks, end } of facts.invocations.values()) {
    if (end?.what === "timed out") yield `invocation ${number} timed out`;
    if (asks.some(({ at }) => at > deadlineAt - 2_000))
      yield `invocation ${number} began a request with less than 2 s left`;
    if (end?.what !== "finished") continue;
    if (end.at > deadlineAt - 200)
      yield `invocation ${number} answered ${deadlineAt - end.at} ms before its deadline`;
    if (end.callsInFlight + end.sleeping > 0)
      yield `invocation ${number} left ${end.callsInFlight} calls and ${end.sleeping} timers in flight`;
  }
}

/** Requests of an instance keep its pace, retries included, and wait an interval after a throttled one. */
export function* keepsItsPace(facts: Facts) {
  const { requestsPerSecond } = facts.history.settings;
  const burst = Math.max(1, requestsPerSecond);
  const byInstance = Map.groupBy(facts.asks, ({ invocation }) => invocation.instance);
  for (const [instance, asks] of byInstance) {
    for (const [index, ask] of asks.entries()) {
      const windowStart = asks[Math.max(0, index - Math.floor(burst))] as Ask;
      const requests = Math.min(index, Math.floor(burst)) + 1;
      const allowed = burst + ((ask.at - windowStart.at + 2) * requestsPerSecond) / 1000;
      if (requests > allowed)
        yield `instance ${instance} made ${requests} requests within ${ask.at - windowStart.at} ms`;
      const before = asks[index - 1];
      if (
        before?.answeredAt !== undefined &&
        isThrottle(before.answer) &&
        ask.at > before.answeredAt &&
        ask.at < before.answeredAt + 1000 / requestsPerSecond - 2
      ) {
        yield `instance ${instance} did not slow down after it was throttled`;
      }
    }
  }
}

/** What is put back is hidden for a time that SQS takes, and long enough where receives are scarce. */
export function* hidesWithinBounds(facts: Facts) {
  for (const invocation of facts.invocations.values()) {
    for (const hiding of invocation.hidings) {
      const { seconds, copy: id, at } = hiding;
      const copy = facts.copies.get(id);
      const delivery = invocation.deliveries.find((one) => one.copy === id);
      if (hiding.what === "not hidden" && hiding.error === "InvalidParameterValue")
        yield `SQS refused to hide ${id} for ${seconds} s`;
      if (!copy || delivery?.count === undefined) continue;
      const local = at + invocation.skewMs;
      const ageLeftMs = Math.min(
        copy.bornAt + facts.history.settings.maxIntentAgeMs - local,
        11.9 * 3_600_000,
      );
      const leastMs = delivery.count < 100 ? 1_000 : ageLeftMs / Math.max(1, 1000 - delivery.count);
      if (seconds * 1000 < leastMs - 10_000 * Math.min(1, leastMs / 20_000))
        yield `${id} was hidden for ${seconds} s at receive ${delivery.count}, with ${Math.round(ageLeftMs / 1000)} s of age left`;
      const isScarce = delivery.count >= 100;
      if (!isScarce && seconds > 301) yield `${id} was hidden for ${seconds} s`;
    }
  }
}

/** A message that is first seen with fewer receives than these left has lost its reserve to earlier crashes. */
const reservedFrom = 995;

/** SQS moves by itself only what instances crashed on, or could not be hidden. */
export function* leavesNothingToSqs(facts: Facts) {
  for (const entry of facts.history.entries) {
    if (entry.what !== "moved by SQS" || entry.isEvent) continue;
    const isExcused =
      (facts.copies.get(entry.copy)?.receivesBefore ?? 0) >= reservedFrom ||
      facts.history.entries.some((other) => other.what === "handed out again" && other.copy === entry.copy) ||
      [...facts.invocations.values()].some(({ end, hidings, deliveries }) => {
        if (!deliveries.some(({ copy }) => copy === entry.copy)) return false;
        return end?.what !== "finished" || hidings.find(({ copy }) => copy === entry.copy)?.what !== "hidden";
      });
    if (!isExcused) yield `SQS moved ${entry.copy}, which only waited`;
  }
}

/** After healing the queue drains in bounded time. */
export function* drains(facts: Facts) {
  const end = facts.history.entries.at(-1);
  if (end?.what === "ended" && !end.isDrained)
    yield `the queue did not drain: ${end.left.join(", ") || "an invocation never ended"}`;
}

function hasExpired(facts: Facts, { bornAt, expiresAt }: Copy, local: number): boolean {
  return local > expiresAt || local - bornAt > facts.history.settings.maxIntentAgeMs;
}

function copiesOf(facts: Facts, invocation: Invocation): Copy[] {
  return invocation.deliveries.flatMap(({ copy }) => facts.copies.get(copy) ?? []);
}
