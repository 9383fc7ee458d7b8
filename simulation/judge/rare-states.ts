import { failureReasons, reasonNames } from "../../events/failure-reasons.ts";
import type { QueuedCopy } from "../history.ts";
import { type Facts, type Invocation, isThrottle } from "./facts.ts";

/**
 * States that matter and are rare, each with a test whether a history reached it. A run that misses one of them has not
 * tested what it claims, so it fails.
 */
export const rareStates: Readonly<Record<string, (facts: Facts) => boolean>> = {
  "contact transferred, answer lost": ({ requests }) =>
    requests.some(
      ({ transferred, answer, fault }) => transferred && fault === "answer lost" && answer !== "ok",
    ),
  "contact transferred after the client's timeout": ({ requests }) =>
    requests.some(
      ({ transferred, answeredAt }) => transferred && answeredAt !== undefined && transferred.at > answeredAt,
    ),
  "contact transferred by a request of an ended invocation": ({ requests }) =>
    requests.some(
      ({ transferred, invocation }) => transferred && invocation.end && transferred.at > invocation.end.at,
    ),
  "connection reset, retried in the same delivery": ({ requests }) =>
    requests.some(
      (request, index) =>
        request.fault.startsWith("reset") && requests[index + 1]?.invocation === request.invocation,
    ),
  "answer that is not from Connect": ({ requests }) => requests.some(({ fault }) => fault === "empty answer"),
  "409 while a twin is in flight": (facts) =>
    facts.requests.some(
      (request) =>
        request.answer === "IdempotencyException" &&
        facts.requests.some(
          (other) =>
            other !== request &&
            other.intent === request.intent &&
            other.at < request.at &&
            (other.transferred?.at ?? 0) > request.at,
        ),
    ),
  "request aborted by the deadline": ({ requests }) => requests.some(({ answer }) => answer === "AbortError"),
  throttled: ({ requests }) => requests.some(({ answer }) => isThrottle(answer)),
  "slot comes later than the invocation can wait": hasLine("retry", "WaitsForSlot"),
  "denied by Connect, others of its flow not tried": hasLine("retry", "AccessDenied", "NotTried"),
  "held back in an outage of Connect": hasLine("retry", "ConnectUnavailable", "NotTried"),
  "failed permanently after its retry time": (facts) =>
    facts.published.some(({ outcome }) => retried.has(outcome.failure?.reason ?? "")),
  "refused in a later delivery": ({ published }) =>
    published.some(
      ({ outcome }) => outcome.failure?.reason === "InvalidRequest" && outcome.failure.effect === "unknown",
    ),
  "too old after it had been requested": (facts) =>
    facts.published.some(
      ({ outcome, intent, startedAt }) =>
        outcome.failure?.reason === "IntentExpired" &&
        intent &&
        facts.requestsOf(intent).some(({ at }) => at < startedAt),
    ),
  "known result used without a request": (facts) =>
    each(facts, ({ requests, stored }) =>
      stored.some(
        ({ outcome, intent }) => outcome.isSuccess && !requests.some((request) => request.intent === intent),
      ),
    ),
  "twins in one batch": (facts) =>
    each(
      facts,
      ({ deliveries }) => new Set(deliveries.map((one) => facts.intentOf(one))).size < deliveries.length,
    ),
  "two instances process one message": (facts) => {
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
  "not found, asked again, then transferred": (facts) =>
    facts.published.some(
      ({ outcome, intent }) =>
        outcome.isSuccess &&
        each(facts, ({ enqueued }) => enqueued.some(({ copy }) => copy.isLastAsk && copy.intent === intent)),
    ),
  "not found at the end of the grace either": (facts) =>
    facts.published.some(
      ({ outcome }) =>
        outcome.failure?.reason === "ResourceNotFound" &&
        facts.copies.get(outcome.messageId ?? "")?.isLastAsk,
    ),
  "outcome published without its metadata": ({ published }) =>
    published.some(({ outcome }) => outcome.metadata === "left out"),
  "dead letter reduced to what a replay needs": (facts) =>
    each(facts, ({ deadLettersStored }) => deadLettersStored.some(({ isReduced }) => isReduced)),
  "key disabled, dead letter sent whole": (facts) =>
    each(
      facts,
      ({ calls, deadLettersStored }) =>
        calls.some(({ fault }) => fault === "key disabled") &&
        deadLettersStored.some(({ isBare, isReduced }) => !isBare && !isReduced),
    ),
  "name of a refusal with status 500": ({ requests }) =>
    requests.some(({ answer }) => answer === "InvalidRequestException 500"),
  "result carried by a message, then published": (facts) =>
    each(facts, ({ deliveries, confirmed }) =>
      deliveries.some(({ copy }) => {
        const { carries, intent } = facts.copies.get(copy) ?? {};
        return carries && confirmed.some((one) => one.intent === intent);
      }),
    ),
  "unknown that waits for reads, then observed as a success": ({ published }) =>
    published.some(({ outcome }) => outcome.isObserved),
  "found open, asked anew, then transferred": (facts) =>
    each(facts, ({ enqueued }) =>
      enqueued.some(
        ({ copy, at }) =>
          !copy.carries &&
          facts.copies.get(parentOf(copy.parent) ?? "")?.waitsSince !== undefined &&
          facts.published.some((one) => one.outcome.isSuccess && one.intent === copy.intent && one.at > at),
      ),
    ),
  "found open when it was too late": hasResolution("open"),
  "found to have ended": hasResolution("ended"),
  "found elsewhere": hasResolution("elsewhere"),
  "found moved by an agent": ({ published }) =>
    published.some(
      ({ outcome: { resolution } }) => resolution?.found === "moved" && resolution.by === "other",
    ),
  "found moved several times": hasResolution("several"),
  "never read until the end": hasResolution("unreadable"),
  "read failed, read again, then observed": (facts) =>
    facts.published.some(
      ({ outcome, intent }) =>
        outcome.isObserved &&
        each(facts, ({ reads }) =>
          reads.some(
            ({ contactId, answer }) =>
              contactId === intent?.request.contactId && answer !== undefined && answer !== "ok",
          ),
        ),
    ),
  "a moved contact read before it showed": ({ history, invocations, moves }) =>
    [...invocations.values()].some(({ reads }) =>
      reads.some(({ at, contactId }) =>
        moves.some(
          (move) => move.contactId === contactId && move.at < at && move.at > at - (history.readsLagMs ?? 0),
        ),
      ),
    ),
  "bus out for minutes": duringTrouble("bus out"),
  "bus denied for minutes": duringTrouble("bus denied"),
  "SQS out for minutes": duringTrouble("SQS out"),
  "clock set back during an invocation": clockStepped((byMs) => byMs < 0),
  "clock set forward during an invocation": clockStepped((byMs) => byMs > 0),
  "runtime says more time is left than there is": (facts) =>
    each(facts, ({ misledByMs, requests }) => misledByMs > 0 && requests.length > 0),
  "event enqueued": (facts) => each(facts, ({ enqueued }) => enqueued.length > 0),
  "event could not be enqueued": hasLine("retry", "NotEnqueued"),
  "event delivered again while its message is queued": (facts) =>
    each(facts, ({ enqueued }) =>
      enqueued.some(({ at, copy }) =>
        [...facts.invocations.values()].some(
          ({ startedAt, deliveries }) =>
            startedAt > at && deliveries.some((delivery) => delivery.copy === parentOf(copy.parent)),
        ),
      ),
    ),
  "success in shadow mode": ({ history, published }) =>
    history.settings.isShadow === true && published.some(({ outcome }) => outcome.isSuccess),
  "more instances than the concurrency": ({ history, requests }) =>
    requests.length > history.settings.maxConcurrency &&
    new Set(requests.map(({ invocation }) => invocation.instance)).size > history.settings.maxConcurrency,
  "outcome stored, its confirmation lost": (facts) =>
    each(facts, ({ stored, confirmed }) => stored.length > confirmed.length),
  "outcome published twice": ({ published }) =>
    published.some(({ outcome }, index) =>
      published.some(
        (other, at) => at > index && outcome.messageId && other.outcome.messageId === outcome.messageId,
      ),
    ),
  "outcome could not be published": hasLine("retry", "OutcomeNotPublished"),
  "dead letter could not be sent": hasLine("retry", "DeadLetterNotSent"),
  "crash between outcome and dead letter": (facts) =>
    each(
      facts,
      ({ end, confirmed, deadLettersStored }) =>
        end?.what === "crashed" &&
        deadLettersStored.length === 0 &&
        confirmed.some(({ outcome }) => outcome.failure),
    ),
  "crash after the transfer, before the outcome": (facts) =>
    each(
      facts,
      ({ end, requests, stored }) =>
        end?.what === "crashed" && stored.length === 0 && requests.some(({ transferred }) => transferred),
    ),
  "dead letter with its reason alone": (facts) =>
    each(facts, ({ deadLettersStored }) => deadLettersStored.some(({ isBare }) => isBare)),
  "acknowledged but not deleted": ({ history }) =>
    history.entries.some((entry) => entry.what === "acknowledged" && !entry.isDeleted),
  "message could not be hidden": (facts) =>
    each(facts, ({ hidings }) => hidings.some(({ what }) => what === "not hidden")),
  "hidden for long because receives are scarce": (facts) =>
    each(facts, ({ hidings }) => hidings.some(({ what, seconds }) => what === "hidden" && seconds > 301)),
  "message dead-lettered by SQS": ({ history }) =>
    history.entries.some((entry) => entry.what === "dead-lettered by AWS" && !entry.isEvent),
  "event dead-lettered by Lambda": ({ history }) =>
    history.entries.some((entry) => entry.what === "dead-lettered by AWS" && entry.isEvent),
  "replayed by the tool, then transferred": (facts) => replayedThenTransferred(facts, "tool"),
  "redriven by SQS, then transferred": (facts) => replayedThenTransferred(facts, "redrive"),
  "renewed, then transferred": (facts) => replayedThenTransferred(facts, "renewed"),
  "replayed with a broken history": ({ history }) =>
    history.entries.some((entry) => entry.what === "sent" && entry.isReplayed === "broken"),
  "replayed while the original message is still queued": ({ history: { entries } }) =>
    entries.some(
      (entry, index) =>
        entry.what === "sent" &&
        entry.copy.parent !== undefined &&
        entry.copy.parent !== "unrecorded" &&
        entries
          .slice(index)
          .some(
            (later) =>
              later.what === "received" &&
              later.deliveries.some(({ copy }) => copy === parentOf(entry.copy.parent)),
          ),
    ),
};

const retried = new Set<string>(reasonNames.filter((reason) => failureReasons[reason].retried));

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

function hasResolution(found: string) {
  return ({ published }: Facts) => published.some(({ outcome }) => outcome.resolution?.found === found);
}

function hasLine(status: string, reason: string, error?: string) {
  return (facts: Facts) =>
    each(facts, ({ lines }) =>
      lines.some(
        (line) =>
          line.status === status && line.reason === reason && (error === undefined || line.error === error),
      ),
    );
}

/** A call of at least two minutes into a trouble. */
function duringTrouble(what: string) {
  return (facts: Facts) => {
    const { entries } = facts.history;
    const begin = entries.find(
      (entry) => entry.what === "world changed" && entry.change === `begins: ${what}`,
    );
    return (
      begin !== undefined &&
      each(facts, ({ calls }) => calls.some(({ fault, at }) => fault === what && at > begin.at + 120_000))
    );
  };
}

function clockStepped(matches: (byMs: number) => boolean) {
  return ({ history, invocations }: Facts) =>
    history.entries.some(
      (entry) =>
        entry.what === "clock stepped" &&
        matches(entry.byMs) &&
        [...invocations.values()].some(
          ({ instance, startedAt, end }) =>
            instance === entry.instance && startedAt < entry.at && (end?.at ?? entry.at) > entry.at,
        ),
    );
}

function replayedThenTransferred({ history, published }: Facts, how: string): boolean {
  return history.entries.some(
    (entry) =>
      entry.what === "sent" &&
      entry.isReplayed === how &&
      published.some(
        ({ outcome, intent, at }) => outcome.isSuccess && intent === entry.copy.intent && at > entry.at,
      ),
  );
}

function parentOf(parent: QueuedCopy["parent"]): string | undefined {
  return parent === "unrecorded" ? undefined : parent?.copy;
}
