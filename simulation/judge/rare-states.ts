import type { Copy } from "../history.ts";
import { type Facts, type Invocation, isThrottle } from "./facts.ts";

/**
 * States that matter and come seldom, each with how a history shows it. A run that never reaches one of them has not
 * tested what it claims: it fails.
 */
export const rareStates: Readonly<Record<string, (facts: Facts) => boolean>> = {
  "contact moved, answer lost": ({ asks }) =>
    asks.some(({ moved, answer, fate }) => moved && fate === "answer lost" && answer !== "ok"),
  "contact moved after the client had given up": ({ asks }) =>
    asks.some(({ moved, answeredAt }) => moved && answeredAt !== undefined && moved.at > answeredAt),
  "contact moved by a request whose invocation had ended": ({ asks }) =>
    asks.some(({ moved, invocation }) => moved && invocation.end && moved.at > invocation.end.at),
  "connection reset, asked again in the same delivery": ({ asks }) =>
    asks.some((ask, index) => ask.fate.startsWith("reset") && asks[index + 1]?.invocation === ask.invocation),
  "answer that is not Connect's": ({ asks }) => asks.some(({ fate }) => fate === "empty answer"),
  "409 while a twin is in flight": (facts) =>
    facts.asks.some(
      (ask) =>
        ask.answer === "IdempotencyException" &&
        facts.asks.some(
          (other) =>
            other !== ask &&
            other.subject === ask.subject &&
            other.at < ask.at &&
            (other.moved?.at ?? 0) > ask.at,
        ),
    ),
  "request aborted by the deadline": ({ asks }) => asks.some(({ answer }) => answer === "AbortError"),
  throttled: ({ asks }) => asks.some(({ answer }) => isThrottle(answer)),
  "turn comes later than the invocation can wait": hasLine("retry", "WaitsForSlot"),
  "denied by Connect, others of its flow untried": (facts) =>
    each(facts, ({ lines }) => lines.some(({ error }) => error === "NotTried")),
  "given up after its time": (facts) =>
    facts.told.some(({ outcome }) => retried.has(outcome.failure?.reason ?? "")),
  "refused after a later delivery": ({ told }) =>
    told.some(
      ({ outcome }) => outcome.failure?.reason === "InvalidRequest" && outcome.failure.effect === "unknown",
    ),
  "too old after it had been asked for": (facts) =>
    facts.told.some(
      ({ outcome, subject, startedAt }) =>
        outcome.failure?.reason === "IntentExpired" &&
        subject &&
        facts.asksOf(subject).some(({ at }) => at < startedAt),
    ),
  "known result used without a request": (facts) =>
    each(facts, ({ asks, stored }) =>
      stored.some(
        ({ outcome, subject }) => outcome.isSuccess && !asks.some((ask) => ask.subject === subject),
      ),
    ),
  "twins in one batch": (facts) =>
    each(
      facts,
      ({ deliveries }) => new Set(deliveries.map((one) => facts.subjectOf(one))).size < deliveries.length,
    ),
  "two instances at work on one message": (facts) => {
    const invocations = [...facts.invocations.values()];
    return invocations.some((one) =>
      invocations.some(
        (other) =>
          other.number > one.number &&
          other.startedAt < (one.end?.at ?? 0) &&
          other.deliveries.some(
            ({ copy, count }) =>
              count !== undefined && one.deliveries.some((delivery) => delivery.copy === copy),
          ),
      ),
    );
  },
  "outcome stored, its confirmation lost": (facts) =>
    each(facts, ({ stored, confirmed }) => stored.length > confirmed.length),
  "outcome told twice": ({ told }) =>
    told.some(({ outcome }, index) =>
      told.some(
        (other, at) => at > index && outcome.messageId && other.outcome.messageId === outcome.messageId,
      ),
    ),
  "outcome could not be put": hasLine("retry", "OutcomeNotPublished"),
  "dead letter could not be sent": hasLine("retry", "DeadLetterNotSent"),
  "crash between outcome and dead letter": (facts) =>
    each(
      facts,
      ({ end, confirmed, lettersStored }) =>
        end?.what === "crashed" &&
        lettersStored.length === 0 &&
        confirmed.some(({ outcome }) => outcome.failure),
    ),
  "crash after the contact moved, before it was told": (facts) =>
    each(
      facts,
      ({ end, asks, stored }) =>
        end?.what === "crashed" && stored.length === 0 && asks.some(({ moved }) => moved),
    ),
  "dead letter with its reason alone": (facts) =>
    each(facts, ({ lettersStored }) => lettersStored.some(({ isBare }) => isBare)),
  "acknowledged, yet not deleted": ({ history }) =>
    history.entries.some((entry) => entry.what === "acknowledged" && !entry.isDeleted),
  "could not be hidden": (facts) =>
    each(facts, ({ hidings }) => hidings.some(({ what }) => what === "not hidden")),
  "hidden for long, since receives are scarce": (facts) =>
    each(facts, ({ hidings }) => hidings.some(({ what, seconds }) => what === "hidden" && seconds > 301)),
  "moved to the dead-letter queue by SQS": ({ history }) =>
    history.entries.some((entry) => entry.what === "moved by SQS" && !entry.isEvent),
  "event given up by Lambda": ({ history }) =>
    history.entries.some((entry) => entry.what === "moved by SQS" && entry.isEvent),
  "put back by the replay tool, then transferred": (facts) => putBackAndTold(facts, "tool"),
  "put back by SQS's redrive, then transferred": (facts) => putBackAndTold(facts, "redrive"),
  "renewed, then transferred": (facts) => putBackAndTold(facts, "renewed"),
  "put back with a broken history": ({ history }) =>
    history.entries.some((entry) => entry.what === "sent" && entry.isReplayed === "broken"),
  "put back while the message itself lives": ({ history: { entries } }) =>
    entries.some(
      (entry, index) =>
        entry.what === "sent" &&
        entry.copy.parent !== undefined &&
        entry.copy.parent !== "untold" &&
        entries
          .slice(index)
          .some(
            (later) =>
              later.what === "received" &&
              later.deliveries.some(({ copy }) => copy === parentOf(entry.copy.parent)),
          ),
    ),
};

const retried = new Set(["AccessDenied", "ServiceQuotaExceeded", "DuplicateRequest", "ConnectUnavailable"]);

const statesByName = Object.entries(rareStates);

/** The rare states that a history reached. */
export function reachedIn(facts: Facts): string[] {
  const reached: string[] = [];
  for (const [name, isReached] of statesByName) if (isReached(facts)) reached.push(name);
  return reached;
}

function each(facts: Facts, matches: (invocation: Invocation) => boolean): boolean {
  for (const invocation of facts.invocations.values()) if (matches(invocation)) return true;
  return false;
}

function hasLine(status: string, reason: string) {
  return (facts: Facts) =>
    each(facts, ({ lines }) => lines.some((line) => line.status === status && line.reason === reason));
}

function putBackAndTold({ history, told }: Facts, how: string): boolean {
  return history.entries.some(
    (entry) =>
      entry.what === "sent" &&
      entry.isReplayed === how &&
      told.some(
        ({ outcome, subject, at }) => outcome.isSuccess && subject === entry.copy.subject && at > entry.at,
      ),
  );
}

function parentOf(parent: Copy["parent"]): string | undefined {
  return parent === "untold" ? undefined : parent?.copy;
}
