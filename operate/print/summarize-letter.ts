import type { Destination } from "../../lambda/intake/intent.ts";
import type { Effect } from "../../lambda/refusal.ts";
import { type ContactOf, contactOf } from "../letters/contact-of.ts";
import { intentIdOf } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { memberAt } from "../letters/member-path.ts";

/** What a listing keeps of a dead letter: little, since a queue may hold a hundred thousand of them. */
export interface LetterSummary {
  readonly messageId: string;
  readonly reason: string;
  readonly message: string;
  readonly failedAt: number;
  readonly sentAt: number;
  readonly intentId?: string;
  readonly source?: string;
  readonly contactId?: string;
  readonly contactFlowId?: string;
  readonly queueId?: string;
  readonly userId?: string;
  /** How often the function had received it. */
  readonly receiveCount?: number;
  readonly isIntent: boolean;
  /** The worst of all its requests. */
  readonly effect: Effect;
  /** The contact that `--check` asks about. */
  readonly contact?: ContactOf;
}

/** A listing keeps this much of a failure's message, and of anything that claims to be an id. */
export const maxLength = { message: 300, id: 256 };

export function summarizeLetter(letter: DeadLetter): LetterSummary {
  const { messageId, reason, failedAt, sentAt, origin, reading, message } = letter;
  const member = (...path: string[]) => {
    const value = memberAt(reading.envelope, path);
    return typeof value === "string" ? cut(value, maxLength.id) : undefined;
  };
  const intent = reading.kind === "intent" ? reading.intent : undefined;
  const intentId = intentIdOf(letter);
  return {
    messageId,
    reason: cut(reason, maxLength.id),
    message: cut(message, maxLength.message),
    failedAt,
    sentAt,
    intentId: intentId && cut(intentId, maxLength.id),
    source: member("source"),
    contactId: intent?.contactId ?? member("detail", "contactId"),
    contactFlowId: intent?.contactFlowId ?? member("detail", "contactFlowId"),
    ...(intent
      ? placeOf(intent.destination)
      : { queueId: member("detail", "queueId"), userId: member("detail", "userId") }),
    receiveCount: origin.kind === "function" ? origin.failure?.receiveCount : undefined,
    isIntent: intent !== undefined,
    effect: letter.history.effect,
    contact: contactOf(letter),
  };
}

/** What was asked for, and by whom: `contact C, queue Q, flow F, from com.example.orders`. */
export function requestText({ contactId, contactFlowId, queueId, userId, source }: LetterSummary): string {
  return [
    contactId && `contact ${contactId}`,
    queueId && `queue ${queueId}`,
    userId && `user ${userId}`,
    contactFlowId && `flow ${contactFlowId}`,
    source && `from ${source}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** The destination in words. */
export function destinationText(destination: Destination): string {
  switch (destination.kind) {
    case "queue":
      return `queue ${destination.queueId}`;
    case "user":
      return `user ${destination.userId}`;
    case "flow":
      return "flow decides";
  }
}

function placeOf(destination: Destination): Pick<LetterSummary, "queueId" | "userId"> {
  return {
    queueId: destination.kind === "queue" ? destination.queueId : undefined,
    userId: destination.kind === "user" ? destination.userId : undefined,
  };
}

/** A text, or its beginning if it is longer. */
export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
