import type { Delivery } from "../history.ts";
import { type Facts, type Invocation, isThrottle } from "./facts.ts";

/** No intent is lost: each message was acknowledged, is still there, or was moved to the dead-letter queue. */
export function* losesNothing(facts: Facts) {
  const found = new Set<string>();
  for (const entry of facts.history.entries) {
    if (entry.what === "acknowledged" || entry.what === "moved by SQS") found.add(entry.copy);
    if (entry.what === "dropped by retention") yield `${entry.copy} was dropped by retention`;
    if (entry.what === "ended") for (const copy of entry.left) found.add(copy);
  }
  for (const { id, isEvent } of facts.copies.values()) {
    if (!found.has(id) && !isEvent) yield `${id} is nowhere`;
  }
}

/** Nothing is acknowledged before its outcome is confirmed and, where it failed, its dead letter too. */
export function* acknowledgesWhatIsTold(facts: Facts) {
  for (const entry of facts.history.entries) {
    if (entry.what !== "acknowledged") continue;
    const invocation = facts.invocationOf.get(entry.delivery);
    const delivery = facts.deliveries.get(entry.delivery);
    if (!invocation || !delivery) continue;
    if (!isSettled(facts, invocation, delivery)) yield `${entry.copy} was acknowledged before it was settled`;
  }
}

/** A dead letter is sent after its outcome is confirmed, whole, and says the same of why, what and since when. */
export function* tellsBeforeItBuries(facts: Facts) {
  for (const { confirmed, lettersStored, calls } of facts.invocations.values()) {
    for (const { call, copy: id, reason, isBare, effect, firstSentAt = Number.NaN, at } of lettersStored) {
      const sentAt = calls.find((one) => one.call === call)?.at ?? 0;
      const copy = facts.copies.get(id);
      if (!copy) yield "a dead letter is no message that was delivered";
      const told = confirmed.find(
        ({ outcome, subject, at: toldAt }) =>
          toldAt <= sentAt &&
          outcome.failure?.reason === reason &&
          (subject === copy?.subject || outcome.messageId === undefined),
      );
      if (!told) yield `${id} was dead-lettered as ${reason} before that was told`;
      if (!copy || !told || isBare) continue;
      if (!confirmed.some(({ outcome }) => outcome.failure?.effect === effect))
        yield `the dead letter of ${id} says effect ${effect}`;
      const isAgeKept = copy.isEvent ? firstSentAt <= at + skewToleranceMs : firstSentAt === copy.firstSentAt;
      if (!isAgeKept) yield `the dead letter of ${id} has lost its age`;
    }
  }
}

/** Clocks of instances differ from SQS's by so much at most. */
const skewToleranceMs = 3_000;

/** One record never changes another's fate: each gets its own line, with a reason that is its own. */
export function* keepsRecordsApart(facts: Facts) {
  for (const invocation of facts.invocations.values()) {
    const { number, end, lines, bugs, deliveries } = invocation;
    for (const { error } of bugs) yield `invocation ${number} met a bug: ${error}`;
    if (end?.what !== "finished") continue;
    const isEvent = deliveries.some(({ count }) => count === undefined);
    if (end.threw && !(isEvent && end.threw === "RetryEventError"))
      yield `invocation ${number} threw ${end.threw}`;
    const delivered = new Set(deliveries.map(({ copy }) => copy));
    for (const id of end.returned)
      if (!delivered.has(id)) yield `invocation ${number} returned ${id}, which it was not given`;
    if (isEvent) continue;
    for (const delivery of deliveries) {
      const { copy } = delivery;
      const [line, ...more] = lines.filter(({ messageId }) => messageId === copy);
      if (!line || more.length > 0)
        yield `invocation ${number} has ${line ? "several lines" : "no line"} of ${copy}`;
      const isReturned = end.returned.includes(copy);
      if (line && (line.status === "retry") !== isReturned)
        yield `${copy} is ${isReturned ? "" : "not "}returned by invocation ${number}, whose line says ${line.status}`;
      if (line && !hasOwnReason(facts, invocation, delivery, line))
        yield `${copy} got a fate that is not its own in invocation ${number}: ${line.status} ${line.reason ?? ""}`;
    }
  }
}

function hasOwnReason(
  facts: Facts,
  invocation: Invocation,
  delivery: Delivery,
  { status, reason, error }: Invocation["lines"][number],
): boolean {
  const subject = facts.subjectOf(delivery);
  const asks = invocation.asks.filter((ask) => ask.subject === subject);
  if (status !== "retry") return true;
  const isOutOfTime = (invocation.end?.at ?? 0) > invocation.deadlineAt - 500;
  switch (reason) {
    case "OutcomeNotPublished":
      return isOutOfTime || invocation.calls.some(({ what, fate }) => what === "putting" && fate !== "ok");
    case "DeadLetterNotSent":
      return (
        isOutOfTime || invocation.calls.some(({ what, fate }) => what === "sending letters" && fate !== "ok")
      );
    case "Throttled":
      return asks.some(({ answer }) => isThrottle(answer));
    case "WaitsForSlot":
      return subject?.kind === "valid";
    case "AccessDenied":
      if (error !== "NotTried") return asks.some(({ answer }) => answer === "AccessDeniedException");
      return (
        invocation.asks.filter(
          (ask) =>
            ask.answer === "AccessDeniedException" &&
            ask.subject?.request.contactFlowId === subject?.request.contactFlowId,
        ).length >= 3
      );
    default:
      return asks.some(
        ({ answer }) => answer !== undefined && !isThrottle(answer) && nameOf(answer) === reason,
      );
  }
}

/** The reason that an answer of Connect gives. */
export function nameOf(answer: string): string {
  const names: Readonly<Record<string, string>> = {
    InvalidRequestException: "InvalidRequest",
    ResourceNotFoundException: "ResourceNotFound",
    AccessDeniedException: "AccessDenied",
    ServiceQuotaExceededException: "ServiceQuotaExceeded",
    IdempotencyException: "DuplicateRequest",
  };
  return names[answer] ?? "ConnectUnavailable";
}

/** Whether a delivery's outcome, and its dead letter where it failed, are confirmed in its invocation. */
export function isSettled(
  facts: Facts,
  { confirmed, lettersConfirmed }: Invocation,
  delivery: Delivery,
): boolean {
  const subject = facts.subjectOf(delivery);
  const ofSubject = confirmed.filter(
    (told) => told.subject === subject || (told.subject === undefined && delivery.count === undefined),
  );
  const failed = ofSubject.filter(({ outcome }) => !outcome.isSuccess);
  const letters = lettersConfirmed.filter(({ copy }) => facts.copies.get(copy)?.subject === subject);
  return failed.length < ofSubject.length || (failed.length > 0 && letters.length > 0);
}
