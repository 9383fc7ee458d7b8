import { succeededDetailType } from "../../events/detail-types.ts";
import { mergeOutcomes, type Outcome, outcomeKey } from "../../events/merge-outcomes.ts";
import { requestOf } from "../../lambda/intake/intent.ts";
import { clientTokenOf, intentIdOf } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";

/** What is known about an intent, or about all intents of a contact. */
export interface Trace {
  readonly outcomes: readonly Outcome[];
  readonly letters: readonly DeadLetter[];
}

interface TimelineEntry {
  readonly at: string;
  readonly text: string;
}

/** The timeline of each intent, and below it the final outcome. */
export function describeTimeline({ outcomes, letters }: Trace): string {
  const outcomesOf = Map.groupBy(outcomes, outcomeKey);
  const lettersOf = Map.groupBy(letters, (letter) => clientTokenOf(letter) ?? letter.messageId);
  const keys = [...new Set([...outcomesOf.keys(), ...lettersOf.keys()])];
  return keys
    .map((key) => describeIntent(key, outcomesOf.get(key) ?? [], lettersOf.get(key) ?? []))
    .join("\n\n");
}

/** The trace as `--json` prints it. */
export function traceJson({ outcomes, letters }: Trace) {
  return {
    outcomes,
    deadLetters: letters.map((letter) => ({
      messageId: letter.messageId,
      intentId: intentIdOf(letter),
      clientToken: clientTokenOf(letter),
      reason: letter.reason,
      message: letter.message,
      failedAt: new Date(letter.failedAt).toISOString(),
      replays: letter.history.replays,
    })),
  };
}

function describeIntent(key: string, outcomes: readonly Outcome[], letters: readonly DeadLetter[]): string {
  const entries = [...outcomes.map(describeOutcome), ...letters.map(describeLetter)];
  // EventBridge's times are whole seconds: within one, an outcome comes before the dead letter that follows it.
  const seconds = ({ at }: TimelineEntry) => Math.floor(Date.parse(at) / 1000);
  const lines = entries.toSorted((a, b) => seconds(a) - seconds(b)).map(({ at, text }) => `  ${at}  ${text}`);
  return [titleOf(key, outcomes, letters), ...lines, `  ${finalOutcome(outcomes, letters)}`].join("\n");
}

function titleOf(key: string, outcomes: readonly Outcome[], letters: readonly DeadLetter[]): string {
  const intent = letters.map(({ reading }) => reading).find((reading) => reading.kind === "intent")?.intent;
  const detail = outcomes.find(({ detail }) => detail.request)?.detail ?? outcomes[0]?.detail;
  const request = detail?.request ?? (intent && requestOf(intent));
  const intentId = detail?.intentId ?? intent?.intentId ?? "an intent that could not be read";
  if (!request) return `${intentId} (${key})`;
  const { contactId, contactFlowId, queueId, userId } = request;
  const destination = queueId ? `, queue ${queueId}` : userId ? `, user ${userId}` : "";
  return `${intentId} (${key})\n  contact ${contactId} → flow ${contactFlowId}${destination}`;
}

function describeOutcome(outcome: Outcome): TimelineEntry {
  const at = typeof outcome.time === "string" ? outcome.time : "";
  const { receiveCount, shadow } = outcome.detail;
  const more = `${receiveCount === undefined ? "" : `, receive ${receiveCount}`}${shadow ? ", shadow" : ""}`;
  if (outcome["detail-type"] === succeededDetailType) {
    return { at, text: `succeeded: now contact ${outcome.detail.response.contactId}${more}` };
  }
  const { reason, message, effect } = outcome.detail.failure;
  return { at, text: `failed, ${reason}: ${message} (effect ${effect}${more})` };
}

function describeLetter({ messageId, reason, failedAt, history }: DeadLetter): TimelineEntry {
  const { replays } = history;
  const before = replays > 0 ? `, replayed ${replays === 1 ? "once" : `${replays} times`} before` : "";
  const at = new Date(failedAt).toISOString();
  return { at, text: `in the dead-letter queue: ${reason}, message ${messageId}${before}` };
}

function finalOutcome([first, ...others]: readonly Outcome[], letters: readonly DeadLetter[]): string {
  const more = letters.length > 0 ? "; see dlq show for details" : "";
  if (!first) return `outcome: none is known${more}`;
  const outcome = others.reduce(mergeOutcomes, first);
  return `outcome: ${outcome["detail-type"].replace("Contact Transfer ", "")}${more}`;
}
