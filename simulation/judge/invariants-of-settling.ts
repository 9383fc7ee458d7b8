import type { FailureReason } from "../../events/generated/contact-transfer-failed.ts";
import type { Delivery, TrueIntent } from "../history.ts";
import { type Facts, type Invocation, isRefusal, isThrottle } from "./facts.ts";

/** No intent is lost: each message was acknowledged, is still queued, or is in the dead-letter queue. */
export function* losesNothing(facts: Facts) {
  const found = new Set<string>();
  for (const entry of facts.history.entries) {
    if (entry.what === "acknowledged" || entry.what === "dead-lettered by AWS") found.add(entry.copy);
    if (entry.what === "dropped by retention") yield `${entry.copy} was dropped by retention`;
    if (entry.what === "ended") for (const copy of entry.left) found.add(copy);
  }
  for (const { id } of facts.copies.values()) {
    if (!found.has(id)) yield `${id} is lost`;
  }
}

/** Nothing is acknowledged before its outcome and, after a failure, its dead letter are confirmed. */
export function* acknowledgesOnlySettled(facts: Facts) {
  for (const entry of facts.history.entries) {
    if (entry.what !== "acknowledged") continue;
    const invocation = facts.invocationOf.get(entry.delivery);
    const delivery = facts.deliveries.get(entry.delivery);
    if (!invocation || !delivery) continue;
    if (!isSettled(facts, invocation, delivery)) yield `${entry.copy} was acknowledged before it was settled`;
  }
}

/** A dead letter is sent after its outcome is confirmed, and has the same reason, effect and age. */
export function* publishesBeforeDeadLettering(facts: Facts) {
  for (const { confirmed, deadLettersStored, calls, skews } of facts.invocations.values()) {
    for (const {
      call,
      copy: id,
      reason,
      isBare,
      effect,
      firstSentAt = Number.NaN,
      at,
    } of deadLettersStored) {
      const sentAt = calls.find((one) => one.call === call)?.at ?? 0;
      const copy = facts.copies.get(id);
      if (!copy) yield "a dead letter belongs to no message that was delivered";
      const published = confirmed.find(
        ({ outcome, intent, at: publishedAt }) =>
          publishedAt <= sentAt &&
          outcome.failure?.reason === reason &&
          (intent === copy?.intent || outcome.messageId === undefined),
      );
      if (!published) yield `${id} was dead-lettered as ${reason} before the outcome was published`;
      if (!copy || !published || isBare) continue;
      if (!confirmed.some(({ outcome }) => outcome.failure?.effect === effect))
        yield `the dead letter of ${id} has effect ${effect}`;
      const isAgeKept = copy.isEvent
        ? firstSentAt <= at + Math.max(...skews)
        : firstSentAt === copy.firstSentAt;
      if (!isAgeKept) yield `the dead letter of ${id} has lost its age`;
    }
  }
}

/** A dead letter keeps its attributes and its `Failure` unless SQS has refused this message in the same invocation. */
export function* keepsDeadLettersWhole(facts: Facts) {
  for (const { number, deadLettersStored, calls } of facts.invocations.values()) {
    const isContentRefused = calls.some(({ fault }) => fault.startsWith("invalid"));
    for (const { copy, isBare, isReduced } of deadLettersStored) {
      if ((isBare || isReduced) && !isContentRefused)
        yield `the dead letter of ${copy} lost its attributes in invocation ${number}, although SQS did not refuse its content`;
    }
  }
}

/** Metadata comes back as it was given; it is left out only of an outcome that EventBridge refuses because of it. */
export function* keepsMetadata(facts: Facts) {
  const expected = { none: "none", fine: "present", refused: "left out" } as const;
  for (const { deliveries, stored } of facts.invocations.values()) {
    for (const { outcome, intent } of stored) {
      if (outcome.failure?.reason === "InvalidIntent") continue;
      const copies = deliveries.flatMap(({ copy }) => facts.copies.get(copy) ?? []);
      const isKept = copies.some(
        (copy) => copy.intent === intent && expected[copy.metadata] === outcome.metadata,
      );
      if (!isKept) yield `the metadata of ${outcome.intentId} is ${outcome.metadata} in its outcome`;
    }
  }
}

/** Connect's answer travels if its outcome cannot be published: only SQS can keep it from that. */
export function* carriesUnpublishedResults(facts: Facts) {
  for (const { number, startedAt, skews, end, lines, deliveries, ...made } of facts.invocations.values()) {
    if (end?.what !== "finished") continue;
    for (const delivery of deliveries) {
      const { intent, isEvent, carries, expiresAt = Number.NaN } = facts.copies.get(delivery.copy) ?? {};
      // It failed as expired at once, while a twin of its batch was still asking.
      if (expiresAt <= startedAt + Math.max(...skews)) continue;
      const line = lines.find(({ messageId }) => messageId === (isEvent ? undefined : delivery.copy));
      if (line?.status !== "retry" || line.reason !== "OutcomeNotPublished" || line.enqueued || carries)
        continue;
      const isAnswered = made.requests.some(
        (one) =>
          one.intent === intent &&
          ((one.answer === "ok" && one.fault !== "empty answer") || isRefusal(one.answer)),
      );
      if (isAnswered && !made.calls.some(({ what, fault }) => what === "enqueuing" && fault !== "none"))
        yield `invocation ${number} knew the result of ${delivery.copy}, and did not send it on`;
    }
  }
}

/** A message that the function enqueues keeps what the queue cannot know: how old the intent is, and its certainty. */
export function* enqueuesWhole(facts: Facts) {
  for (const { startedAt, skews, enqueued, notEnqueued } of facts.invocations.values()) {
    for (const { call, error } of notEnqueued)
      if (error === "InvalidParameterValue") yield `SQS refused to enqueue by call ${call}: ${error}`;
    for (const { at, copy, claimedAt = Number.NaN } of enqueued) {
      const { parent } = copy;
      const source = parent && parent !== "unrecorded" ? facts.copies.get(parent.copy) : undefined;
      if (!source) continue;
      // A message's age is known; an event without a readable time is as old as its invocation, by the clock of its instance.
      const isInvalid = source.intent?.kind === "invalid";
      const eventKnown = isInvalid ? Number.POSITIVE_INFINITY : source.ageStartsAt;
      const known = source.isEvent ? eventKnown : source.firstSentAt;
      const from = source.isEvent ? Math.min(Math.floor(startedAt + Math.min(...skews)), known) : known;
      const to = source.isEvent ? Math.min(Math.floor(at + Math.max(...skews)), known) : known;
      if (!(claimedAt >= from && claimedAt <= to))
        yield `${copy.id} was enqueued as if first sent at ${claimedAt}; it was ${known}`;
      // No delivery of an invalid event asks Connect.
      if (source.isEvent && !isInvalid && copy.historySays === "none" && copy.carries === undefined)
        yield `${copy.id} says that nothing was requested; Lambda may have delivered its event before`;
    }
  }
}

/** One record never changes the result of another: each has its own log line, with its own reason. */
export function* isolatesRecords(facts: Facts) {
  for (const invocation of facts.invocations.values()) {
    const { number, end, lines, bugs, deliveries } = invocation;
    for (const { error } of bugs) yield `invocation ${number} logged a bug: ${error}`;
    if (end?.what !== "finished") continue;
    const isEvent = deliveries.some(({ count }) => count === undefined);
    if (end.threw && !(isEvent && end.threw === "RetryEventError"))
      yield `invocation ${number} threw ${end.threw}`;
    const delivered = new Set(deliveries.map(({ copy }) => copy));
    for (const id of end.returned)
      if (!delivered.has(id)) yield `invocation ${number} returned ${id}, which it did not receive`;
    for (const delivery of deliveries) {
      const { copy } = delivery;
      const [line, ...more] = lines.filter(({ messageId }) => messageId === (isEvent ? undefined : copy));
      if (!line || more.length > 0)
        yield `invocation ${number} logged ${line ? "several lines" : "no line"} for ${copy}`;
      const isReturned = isEvent ? end.threw !== undefined : end.returned.includes(copy);
      if (line && (line.status === "retry" && !line.enqueued) !== isReturned)
        yield `${copy} is ${isReturned ? "" : "not "}returned by invocation ${number}, whose line says ${line.status}`;
      const waitsForAsync = isEvent && line?.status === "retry" && !line.enqueued;
      if (waitsForAsync && facts.history.settings.enqueueUnfinished && !undelivered.has(line.reason))
        yield `${copy} was not enqueued by invocation ${number}, whose line says ${line.reason}`;
      if (line && !hasOwnReason(facts, invocation, delivery, line))
        yield `${copy} got a result that is not its own in invocation ${number}: ${line.status} ${line.reason ?? ""}`;
    }
  }
}

/** The only reasons to leave an event to Lambda's retries if it can be enqueued. */
const undelivered = new Set<string | undefined>(["NotEnqueued", "OutcomeNotPublished", "DeadLetterNotSent"]);

/** How long the function believes denials. */
const denialMs = 5_000;

/** Whether three requests of its instance for the flow of the intent were denied, the last one a moment ago. */
function wereDenied(
  facts: Facts,
  { instance, startedAt }: Invocation,
  intent: TrueIntent | undefined,
): boolean {
  const denials = facts.requests.filter(
    (request) =>
      request.invocation.instance === instance &&
      reasonOf(request.answer ?? "") === "AccessDenied" &&
      request.intent?.request.contactFlowId === intent?.request.contactFlowId,
  );
  return denials.length >= 3 && denials.some(({ answeredAt = 0 }) => answeredAt >= startedAt - denialMs);
}

/** How long the function holds back requests after one that Connect did not answer, if it answered none of the last five. */
const outMs = 5_000;

/** Whether Connect answered none of five requests of its instance in a row, the last one a moment ago. */
function wereUnanswered(facts: Facts, { instance, startedAt, end }: Invocation): boolean {
  const until = end?.at ?? Number.POSITIVE_INFINITY;
  const asked = facts.requests.filter(
    ({ invocation, at }) => invocation.instance === instance && at <= until,
  );
  const ended = asked
    .filter(({ answer }) => !isThrottle(answer))
    .map(({ answer, answeredAt, fault, invocation }) => ({
      isAnswered:
        (answer === "ok" && fault !== "empty answer") ||
        (answer !== undefined && reasonOf(answer) !== "ConnectUnavailable"),
      endedAt: answeredAt ?? invocation.end?.at ?? Number.POSITIVE_INFINITY,
    }))
    .sort((a, b) => a.endedAt - b.endedAt);
  let inARow = 0;
  const wasOut = ended.some(({ isAnswered }) => {
    inARow = isAnswered ? 0 : inARow + 1;
    return inARow >= 5;
  });
  return wasOut && asked.some(({ at }) => at >= startedAt - outMs);
}

function hasOwnReason(
  facts: Facts,
  invocation: Invocation,
  delivery: Delivery,
  { status, reason, error }: Invocation["lines"][number],
): boolean {
  const intent = facts.intentOf(delivery);
  const requests = invocation.requests.filter((request) => request.intent === intent);
  if (status !== "retry") return true;
  // Outcomes end 2 s, messages 0.9 s before the end that the runtime says.
  const leftMs = invocation.deadlineAt + invocation.misledByMs - (invocation.end?.at ?? 0);
  switch (reason) {
    case "OutcomeNotPublished":
      return (
        leftMs < 2_100 ||
        invocation.calls.some(({ what, fault }) => what === "publishing" && fault !== "none")
      );
    case "NotEnqueued":
      return (
        leftMs < 1_000 || invocation.calls.some(({ what, fault }) => what === "enqueuing" && fault !== "none")
      );
    case "DeadLetterNotSent":
      return (
        leftMs < 1_000 ||
        invocation.calls.some(({ what, fault }) => what === "sending dead letters" && fault !== "none")
      );
    case "Throttled":
      return requests.some(({ answer }) => isThrottle(answer));
    case "WaitsForSlot":
      return intent?.kind === "valid";
    case "EffectUnknown":
      return facts.history.settings.resolveUnknown !== undefined && intent?.kind === "valid";
    case "ResourceNotFound":
      // The instance may know that from a request for another message of the intent.
      return hasFailedFor(
        reason,
        facts.requests.filter(
          (one) => one.intent === intent && one.invocation.instance === invocation.instance,
        ),
      );
    case "AccessDenied":
      if (error !== "NotTried") return requests.some(({ answer = "" }) => reasonOf(answer) === reason);
      return wereDenied(facts, invocation, intent);
    case "ConnectUnavailable":
      if (error === "NotTried") return wereUnanswered(facts, invocation);
      return hasFailedFor(reason, requests);
    default:
      return hasFailedFor(reason, requests);
  }
}

function hasFailedFor(reason: string | undefined, requests: Invocation["requests"]): boolean {
  return requests.some(
    ({ answer }) => answer !== undefined && !isThrottle(answer) && reasonOf(answer) === reason,
  );
}

/** Connect's errors that the contract gives a reason of their own. */
const reasonsByError: Readonly<Partial<Record<string, FailureReason>>> = {
  InvalidRequestException: "InvalidRequest",
  ResourceNotFoundException: "ResourceNotFound",
  AccessDeniedException: "AccessDenied",
  ExpiredTokenException: "AccessDenied",
  ServiceQuotaExceededException: "ServiceQuotaExceeded",
  IdempotencyException: "DuplicateRequest",
};

/** The failure reason for a response of Connect. */
export function reasonOf(answer: string): FailureReason {
  return reasonsByError[answer] ?? "ConnectUnavailable";
}

/** Whether a delivery's outcome and, after a failure, its dead letter are confirmed in its invocation. */
function isSettled(
  facts: Facts,
  { confirmed, deadLettersConfirmed, enqueuesConfirmed }: Invocation,
  delivery: Delivery,
): boolean {
  if (enqueuesConfirmed.some((one) => one.delivery === delivery.number)) return true;
  const intent = facts.intentOf(delivery);
  const ofIntent = confirmed.filter(
    (published) =>
      published.intent === intent || (published.intent === undefined && delivery.count === undefined),
  );
  const failed = ofIntent.filter(({ outcome }) => !outcome.isSuccess);
  const deadLetters = deadLettersConfirmed.filter(({ copy }) => facts.copies.get(copy)?.intent === intent);
  return failed.length < ofIntent.length || (failed.length > 0 && deadLetters.length > 0);
}
