import type { Entry, History } from "../history.ts";
import type { Violation } from "../judge/check-history.ts";
import type { Plan } from "../plan/plan.ts";
import { worldStartsAt } from "../world/world.ts";

/** A history as numbered lines; the same plan produces the same text, byte for byte. */
export function formatStory(plan: Plan, history: History, violations: readonly Violation[]): string {
  const numbered = history.entries.map((entry, index) => {
    const seconds = ((entry.at - worldStartsAt) / 1000).toFixed(3).padStart(11);
    return `${String(index + 1).padStart(4)} ${seconds} s  ${sentenceOf(entry)}`;
  });
  const judged = violations.map(({ invariant, message }) => `VIOLATION ${invariant}: ${message}`);
  return [planLines(plan), ...numbered, ...judged].join("\n");
}

function planLines({ messages, troubles, replays, clockSteps, rates, ...settings }: Plan): string {
  const lines = [
    `plan ${JSON.stringify(settings)}`,
    ...messages.map((message, index) => `message ${index} ${JSON.stringify(message)}`),
    ...troubles.map((trouble) => `trouble ${JSON.stringify(trouble)}`),
    ...replays.map((replay) => `replay ${JSON.stringify(replay)}`),
    ...clockSteps.map((step) => `clock step ${JSON.stringify(step)}`),
    `faults ${JSON.stringify(rates)}`,
  ];
  return lines.join("\n");
}

function sentenceOf(entry: Entry): string {
  switch (entry.what) {
    case "sent": {
      const { id, intent, isEvent, historySays } = entry.copy;
      const how = entry.isReplayed
        ? `replayed (${entry.isReplayed}), its history says ${historySays}`
        : "sent";
      return `${isEvent ? "event" : "queue"}: ${id}, intent ${intent.number} (${intent.kind}), ${how}`;
    }
    case "received":
      return `queue: delivers ${entry.deliveries.map(({ copy, count }) => `${copy} (receive ${count})`).join(", ")}`;
    case "redelivered":
      return `queue: will deliver ${entry.copy} again while it is in flight`;
    case "invoked": {
      const skew = entry.skewMs === 0 ? "" : `, its clock ${entry.skewMs} ms off`;
      const copies = entry.deliveries.map(({ copy }) => copy).join(", ");
      return `lambda: invocation ${entry.invocation} of ${copies} in ${entry.isFresh ? "fresh " : ""}instance ${entry.instance}${skew}`;
    }
    case "requested":
      return `  ${entry.invocation}: requests the transfer of ${entry.request.contactId} with token ${entry.clientToken?.slice(0, 12)}… (call ${entry.call}, fault: ${entry.fault})`;
    case "transferred":
      return `connect: call ${entry.call} transfers ${entry.contactId}, which becomes ${entry.newContactId}`;
    case "answered":
      return `  call ${entry.call} answers: ${entry.answer}`;
    case "read":
      return `  ${entry.invocation}: ${entry.operation} of ${entry.contactId} (call ${entry.call}, fault: ${entry.fault})`;
    case "read answered":
      return `  read ${entry.call} answers: ${entry.answer}`;
    case "moved by another":
      return `connect: ${entry.by === "agent" ? "an agent" : `a ${entry.by}`} moves ${entry.contactId} to ${entry.queueId}, which becomes ${entry.newContactId}`;
    case "kin added":
      return `connect: ${entry.kin} of ${entry.contactId}: ${entry.newContactId}`;
    case "publishing":
      return `  ${entry.invocation}: publishes outcomes (call ${entry.call}, fault: ${entry.fault})`;
    case "outcome stored":
    case "outcome confirmed": {
      const { isSuccess, intentId, messageId, newContactId, failure, resolution } = entry.outcome;
      const result = isSuccess
        ? `Succeeded as ${newContactId}`
        : `Failed with ${failure?.reason}, effect ${failure?.effect}`;
      const shown = resolution ? `, read: ${JSON.stringify(resolution)}` : "";
      return `${entry.what === "outcome stored" ? "bus: " : "  "}${entry.what}: ${intentId ?? messageId ?? "an event"} ${result}${shown} (call ${entry.call})`;
    }
    case "sending dead letters":
      return `  ${entry.invocation}: sends dead letters of ${entry.copies.join(", ")} (call ${entry.call}, fault: ${entry.fault})`;
    case "dead letter stored":
    case "dead letter confirmed":
      return `${entry.what === "dead letter stored" ? "dead letters: " : "  "}${entry.what}: ${entry.copy} as ${entry.reason}${entry.isBare ? ", reason only" : ""}`;
    case "enqueuing":
      return `  ${entry.invocation}: enqueues ${entry.copies.join(", ")} (call ${entry.call}, fault: ${entry.fault})`;
    case "enqueued":
      return `queue: ${entry.copy.id} of ${entry.invocation} is enqueued, intent ${entry.copy.intent.number}, its history says ${entry.copy.historySays}`;
    case "not enqueued":
      return `  call ${entry.call} enqueues nothing: ${entry.error}`;
    case "enqueue confirmed":
      return `  ${entry.invocation}: enqueue confirmed: ${entry.copy}`;
    case "hidden":
      return `  ${entry.invocation}: ${entry.copy} is hidden for ${entry.seconds} s`;
    case "not hidden":
      return `  ${entry.invocation}: ${entry.copy} could not be hidden for ${entry.seconds} s: ${entry.error}`;
    case "logged":
      return `  ${entry.invocation}: logs ${entry.status} ${entry.reason ?? ""} for ${entry.messageId ?? "the event"}`;
    case "bug":
      return `  ${entry.invocation}: logs a bug: ${entry.error}`;
    case "finished":
      return `lambda: invocation ${entry.invocation} ${entry.threw ? `throws ${entry.threw}` : `returns ${entry.returned.join(", ") || "nothing"}`}`;
    case "crashed":
    case "timed out":
      return `lambda: invocation ${entry.invocation} ${entry.what} and its instance ends`;
    case "acknowledged":
      return `queue: ${entry.copy} is acknowledged${entry.isDeleted ? "" : " but not deleted"}`;
    case "dead-lettered by AWS":
      return `${entry.isEvent ? "lambda: sends" : "queue: moves"} ${entry.copy} to the dead-letter queue`;
    case "dropped by retention":
      return `queue: drops ${entry.copy}, past its retention`;
    case "world changed":
      return `world: ${entry.change}`;
    case "clock stepped":
      return `world: the clock of instance ${entry.instance} steps by ${entry.byMs} ms`;
    case "healed":
      return "world: no more faults from here on";
    case "ended":
      return entry.isDrained ? "world: drained" : `world: not drained; left: ${entry.left.join(", ")}`;
  }
}
