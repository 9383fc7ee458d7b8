import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { formatDuration } from "../../cli/duration.ts";
import { type ContactStep, findContactSteps } from "../aws/contact-events.ts";
import { keepLooking, type Looked, type Patience } from "./keep-looking.ts";
import type { ProbeRun } from "./run-probe.ts";

/** What a log group has shown of Connect's events about the probe's contacts. */
export interface ContactEventFacts extends Looked {
  readonly logGroupName: string;
  readonly events: readonly SeenEvent[];
}

/** An event, and how long after its own instant it was seen at the latest. */
export interface SeenEvent extends Omit<ContactStep, "at"> {
  readonly at: string;
  readonly seenAfterMs: number;
}

/** Waits until a log group has the end of the contact that the task became: the last event that a probe causes. */
export async function watchContactEvents(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  { facts: { taskId, movedTo }, requests }: ProbeRun,
  patience: Patience,
): Promise<ContactEventFacts> {
  const seen = new Map<string, SeenEvent>();
  const since = (requests[0]?.at ?? patience.from) - 60_000;
  const looked = await keepLooking(async () => {
    for (const contactId of [movedTo, taskId]) {
      for (const { at, ...step } of await findContactSteps(logs, logGroupName, contactId, since)) {
        const event = { ...step, at: new Date(at).toISOString() };
        const seenAfterMs = Math.max(0, patience.clock.now() - at);
        const key = JSON.stringify(event);
        if (!seen.has(key)) seen.set(key, { ...event, seenAfterMs });
      }
    }
    return [...seen.values()].some(({ contactId, type }) => contactId === movedTo && type === "DISCONNECTED");
  }, patience);
  return { logGroupName, events: [...seen.values()], ...looked };
}

/** What the events say of the contact that the task became. */
export function concludeContactEvents({ events }: ContactEventFacts, { facts }: ProbeRun) {
  const ofSuccessor = events.filter(({ contactId }) => contactId === facts.movedTo);
  return {
    ofSuccessor,
    initiationMethod: ofSuccessor.find(({ initiationMethod }) => initiationMethod)?.initiationMethod,
    namesTask: ofSuccessor.some(({ previousContactId }) => previousContactId === facts.taskId),
  };
}

/** A sentence for a person. */
export function describeContactEvents(found: ContactEventFacts, run: ProbeRun): string {
  const { logGroupName, lookedForMs, error } = found;
  const { ofSuccessor, initiationMethod, namesTask } = concludeContactEvents(found, run);
  const ending = error === undefined ? "" : ` The log could not be read to the end: ${error}`;
  const [first] = ofSuccessor;
  if (first === undefined)
    return `No contact event of the transferred task was in the log group ${logGroupName} within ${formatDuration(lookedForMs)}. That does not prove that Connect sends none: it sends them on a best-effort basis, and the log group has only those that its rule matches.${ending}`;
  const types = [...new Set(ofSuccessor.map(({ type }) => type))].join(", ");
  const lag = Math.max(1_000, ...ofSuccessor.map(({ seenAfterMs }) => seenAfterMs));
  const method =
    initiationMethod === undefined
      ? "They give no initiation method"
      : `They give the initiation method ${initiationMethod}`;
  const link = namesTask
    ? "name the task as the previous contact"
    : "do not name the task as the previous contact, so the rule of contactEvents would not match them";
  return `Contact events of the transferred task: ${types}; each was there after ${formatDuration(lag)} at the latest. ${method}, and ${link}.${ending}`;
}
