import type { QueuedCopy } from "../history.ts";
import {
  deliveryOf,
  type Facts,
  type Invocation,
  isRefusal,
  isThrottle,
  type PublishedOutcome,
} from "./facts.ts";

/**
 * A `ResourceNotFound` is published only if Connect was asked at the end of the grace or, for a message that says so, once
 * more. Nothing is asked for a third time, and being asked again costs no certainty.
 */
export function* givesGrace(facts: Facts) {
  for (const invocation of facts.invocations.values()) {
    for (const published of invocation.stored) yield* believed(facts, invocation, published);
    for (const line of invocation.lines) {
      const copy = facts.copies.get(line.messageId ?? "");
      if (copy?.isLastAsk && line.status === "retry" && line.reason === "ResourceNotFound")
        yield `${copy.id} was asked for the last time, but not believed`;
    }
    for (const { copy } of invocation.enqueued)
      if (copy.isLastAsk) yield* keepsCertainty(facts, invocation, copy);
  }
}

function* believed(facts: Facts, invocation: Invocation, published: PublishedOutcome) {
  const { outcome, intent, startedAt } = published;
  const delivery = deliveryOf(facts, invocation, published);
  const copy = delivery && facts.copies.get(delivery.copy);
  if (outcome.failure?.reason !== "ResourceNotFound" || !intent || !copy || copy.carries) return;
  const { notFoundGraceMs, maxIntentAgeMs, enqueueUnfinished } = facts.history.settings;
  const asked = facts
    .requestsOf(intent)
    .filter(({ answer, at }) => answer === "ResourceNotFoundException" && at <= startedAt);
  if (copy.isLastAsk) {
    if (!asked.some(({ at }) => at >= copy.sentAt)) yield `${copy.id} failed without being asked again`;
    return;
  }
  if (notFoundGraceMs === 0 || isReplayed(facts, copy) || (copy.isEvent && !enqueueUnfinished)) return;
  // An event without a time counts as new. An answer that a twin got counts for both.
  const twins = [...facts.copies.values()].filter((one) => one.intent === intent);
  const requestedAt = Number.isFinite(copy.ageStartsAt)
    ? Math.min(...twins.map(({ ageStartsAt, firstSentAt }) => Math.min(ageStartsAt, firstSentAt)))
    : startedAt;
  const graceEndsAt = requestedAt + notFoundGraceMs;
  const expiresAt = Math.min(copy.expiresAt, copy.ageStartsAt + maxIntentAgeMs);
  const latestAt = Math.max(
    ...asked.map(({ answeredAt = 0, invocation: { skews } }) => answeredAt + Math.max(...skews)),
  );
  if (latestAt < graceEndsAt && graceEndsAt + Math.max(0, ...invocation.skews) <= expiresAt)
    yield `${copy.id} failed as ResourceNotFound ${Math.round(graceEndsAt - latestAt)} ms before the end of its grace`;
}

function* keepsCertainty(facts: Facts, { deliveries, requests, skews }: Invocation, copy: QueuedCopy) {
  const { parent } = copy;
  if (!parent || parent === "unrecorded") return;
  const source = facts.copies.get(parent.copy);
  const delivery = deliveries.find(({ number }) => number === parent.delivery);
  if (!source || source.isEvent || source.historySays === "unknown" || delivery?.count !== 1) return;
  const asked = requests.filter((one) => one.intent === copy.intent && !isThrottle(one.answer));
  // By the clock of its instance, another delivery of the message may have begun.
  const isLate = copy.sentAt + Math.max(...skews) - (delivery.firstReceivedAt ?? 0) > 170_000;
  if (copy.historySays === "unknown" && !isLate && asked.every(({ answer }) => isRefusal(answer)))
    yield `${copy.id} is asked again with an unknown effect, although Connect has only refused`;
}

/** Whether an operator has sent it, or what it was enqueued from. */
function isReplayed(facts: Facts, copy: QueuedCopy): boolean {
  const replayed = facts.history.entries.some(
    (entry) => entry.what === "sent" && entry.copy.id === copy.id && entry.isReplayed !== undefined,
  );
  const { parent } = copy;
  const source = parent && parent !== "unrecorded" ? facts.copies.get(parent.copy) : undefined;
  return replayed || (source !== undefined && isReplayed(facts, source));
}
