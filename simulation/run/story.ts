import type { Entry, History } from "../history.ts";
import type { Violation } from "../judge/check-history.ts";
import type { Plan } from "../plan/plan.ts";
import { worldStartsAt } from "../world/world.ts";

/** A history as a numbered story: the same plan tells the same story, to the letter. */
export function tellStory(plan: Plan, history: History, violations: readonly Violation[]): string {
  const numbered = history.entries.map((entry, index) => {
    const seconds = ((entry.at - worldStartsAt) / 1000).toFixed(3).padStart(11);
    return `${String(index + 1).padStart(4)} ${seconds} s  ${sentenceOf(entry)}`;
  });
  const judged = violations.map(({ invariant, message }) => `VIOLATION ${invariant}: ${message}`);
  return [planLines(plan), ...numbered, ...judged].join("\n");
}

function planLines({ messages, troubles, replays, rates, ...settings }: Plan): string {
  const lines = [
    `plan ${JSON.stringify(settings)}`,
    ...messages.map((message, index) => `message ${index} ${JSON.stringify(message)}`),
    ...troubles.map((trouble) => `trouble ${JSON.stringify(trouble)}`),
    ...replays.map((putBack) => `put back ${JSON.stringify(putBack)}`),
    `faults ${JSON.stringify(rates)}`,
  ];
  return lines.join("\n");
}

function sentenceOf(entry: Entry): string {
  switch (entry.what) {
    case "sent": {
      const { id, subject, isEvent, historySays } = entry.copy;
      const how = entry.isReplayed
        ? `put back (${entry.isReplayed}), its history says ${historySays}`
        : "sent";
      return `${isEvent ? "event" : "queue"}: ${id}, intent ${subject.number} (${subject.kind}), is ${how}`;
    }
    case "received":
      return `queue: hands out ${entry.deliveries.map(({ copy, count }) => `${copy} (receive ${count})`).join(", ")}`;
    case "handed out again":
      return `queue: will hand out ${entry.copy} again while it is in flight`;
    case "invoked": {
      const skew = entry.skewMs === 0 ? "" : `, its clock ${entry.skewMs} ms off`;
      const copies = entry.deliveries.map(({ copy }) => copy).join(", ");
      return `lambda: invocation ${entry.invocation} of ${copies} in ${entry.isFresh ? "fresh " : ""}instance ${entry.instance}${skew}`;
    }
    case "asked":
      return `  ${entry.invocation}: asks Connect to transfer ${entry.request.contactId} under ${entry.clientToken?.slice(0, 12)}… (call ${entry.call}, fate: ${entry.fate})`;
    case "moved":
      return `connect: call ${entry.call} moves ${entry.contactId}, which becomes ${entry.newContactId}`;
    case "answered":
      return `  call ${entry.call} is answered: ${entry.answer}`;
    case "putting":
      return `  ${entry.invocation}: puts outcomes (call ${entry.call}, fate: ${entry.fate})`;
    case "outcome stored":
    case "outcome confirmed": {
      const { isSuccess, intentId, messageId, newContactId, failure } = entry.outcome;
      const told = isSuccess
        ? `Succeeded as ${newContactId}`
        : `Failed for ${failure?.reason}, effect ${failure?.effect}`;
      return `${entry.what === "outcome stored" ? "bus: " : "  "}${entry.what}: ${intentId ?? messageId ?? "an event"} ${told} (call ${entry.call})`;
    }
    case "sending letters":
      return `  ${entry.invocation}: sends dead letters of ${entry.copies.join(", ")} (call ${entry.call}, fate: ${entry.fate})`;
    case "letter stored":
    case "letter confirmed":
      return `${entry.what === "letter stored" ? "dead letters: " : "  "}${entry.what}: ${entry.copy} for ${entry.reason}${entry.isBare ? ", its reason alone" : ""}`;
    case "hidden":
      return `  ${entry.invocation}: ${entry.copy} is hidden for ${entry.seconds} s`;
    case "not hidden":
      return `  ${entry.invocation}: ${entry.copy} could not be hidden for ${entry.seconds} s: ${entry.error}`;
    case "line":
      return `  ${entry.invocation}: logs ${entry.status} ${entry.reason ?? ""} of ${entry.messageId ?? "the event"}`;
    case "bug":
      return `  ${entry.invocation}: logs a bug: ${entry.error}`;
    case "finished":
      return `lambda: invocation ${entry.invocation} ${entry.threw ? `throws ${entry.threw}` : `returns ${entry.returned.join(", ") || "nothing"}`}`;
    case "crashed":
    case "timed out":
      return `lambda: invocation ${entry.invocation} ${entry.what}, and its instance is gone`;
    case "acknowledged":
      return `queue: ${entry.copy} is acknowledged${entry.isDeleted ? "" : ", yet not deleted"}`;
    case "moved by SQS":
      return `${entry.isEvent ? "lambda: gives" : "queue: moves"} ${entry.copy} to the dead-letter queue`;
    case "dropped by retention":
      return `queue: drops ${entry.copy}, which is past its retention`;
    case "world changed":
      return `world: ${entry.change}`;
    case "healed":
      return "world: everything works from here on";
    case "ended":
      return entry.isDrained ? "world: drained" : `world: not drained, left are ${entry.left.join(", ")}`;
  }
}
