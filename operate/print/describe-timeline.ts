import { mergeOutcomes, type Outcome, outcomeKey } from "../../events/merge-outcomes.ts";
import { requestOf } from "../../lambda/intake/intent.ts";
import type { Letter } from "../letters/letter.ts";

/** What is known of an intent, or of all intents of a contact. */
export interface Traces {
  readonly outcomes: readonly Outcome[];
  readonly letters: readonly Letter[];
}

interface Happening {
  readonly at: string;
  readonly text: string;
}

/** A life in lines, intent by intent, in the order of time; below each what holds. */
export function describeLife({ outcomes, letters }: Traces): string {
  const lives = Map.groupBy(outcomes, outcomeKey);
  const lettersOf = Map.groupBy(letters, keyOfLetter);
  const keys = [...new Set([...lives.keys(), ...lettersOf.keys()])];
  return keys.map((key) => describeOne(key, lives.get(key) ?? [], lettersOf.get(key) ?? [])).join("\n\n");
}

function describeOne(key: string, outcomes: readonly Outcome[], letters: readonly Letter[]): string {
  const happenings = [...outcomes.map(describeOutcome), ...letters.flatMap(describeLetter)];
  // EventBridge tells whole seconds, so that within one an outcome stands before the dead letter that follows it.
  const seconds = ({ at }: Happening) => Math.floor(Date.parse(at) / 1000);
  const lines = happenings
    .toSorted((a, b) => seconds(a) - seconds(b))
    .map(({ at, text }) => `  ${at}  ${text}`);
  return [titleOf(key, outcomes, letters), ...lines, `  ${whatHolds(outcomes, letters)}`].join("\n");
}

function titleOf(key: string, outcomes: readonly Outcome[], letters: readonly Letter[]): string {
  const intent = letters.map(({ reading }) => reading).find((reading) => reading.kind === "intent")?.intent;
  const detail = outcomes.find(({ detail }) => detail.request)?.detail ?? outcomes[0]?.detail;
  const request = detail?.request ?? (intent && requestOf(intent));
  const intentId = detail?.intentId ?? intent?.intentId ?? "an intent that could not be read";
  if (!request) return `${intentId} (${key})`;
  const { contactId, contactFlowId, queueId, userId } = request;
  const destination = queueId ? `, queue ${queueId}` : userId ? `, user ${userId}` : "";
  return `${intentId} (${key})\n  contact ${contactId} → flow ${contactFlowId}${destination}`;
}

function describeOutcome(outcome: Outcome): Happening {
  const at = typeof outcome.time === "string" ? outcome.time : "";
  const { receiveCount, shadow } = outcome.detail;
  const where = `${receiveCount === undefined ? "" : `, receive ${receiveCount}`}${shadow ? ", shadow" : ""}`;
  if (outcome["detail-type"] === "Contact Transfer Succeeded") {
    return { at, text: `succeeded: now contact ${outcome.detail.response.contactId}${where}` };
  }
  const { reason, message, effect } = outcome.detail.failure;
  return { at, text: `failed, ${reason}: ${message} (effect ${effect}${where})` };
}

function describeLetter({ messageId, reason, failedAt, history }: Letter): Happening[] {
  const replays = history.replays > 0 ? `, put back ${history.replays} times before` : "";
  const at = new Date(failedAt).toISOString();
  const text = `lies in the dead-letter queue: ${reason}, message ${messageId}${replays}`;
  return [{ at, text }];
}

function whatHolds([first, ...others]: readonly Outcome[], letters: readonly Letter[]): string {
  const open = letters.length > 0 ? "; npm run dlq -- show tells more" : "";
  if (!first) return `holds: no outcome is known${open}`;
  const outcome = others.reduce(mergeOutcomes, first);
  return `holds: ${outcome["detail-type"].replace("Contact Transfer ", "")}${open}`;
}

/** The token that the function has told, which knows the deployment's instance; else that of the body alone. */
function keyOfLetter({ reading, origin, messageId }: Letter): string {
  const told = origin.kind === "function" ? origin.failure?.clientToken : undefined;
  return told ?? (reading.kind === "intent" ? reading.clientToken : messageId);
}
