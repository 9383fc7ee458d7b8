import type { Destination } from "../../lambda/intake/intent.ts";
import { type ContactOf, contactOf } from "../checks/check-contacts.ts";
import { intentIdOf } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { memberAt } from "../letters/member-path.ts";

/** What a listing keeps of a dead letter: little, since a queue may hold a hundred thousand of them. */
export interface LetterSummary {
  readonly messageId: string;
  readonly reason: string;
  readonly failedAt: number;
  readonly sentAt: number;
  readonly intentId?: string;
  readonly contactId?: string;
  /** `queue ID`, `user ID` or `flow`. */
  readonly destination?: string;
  /** How often the function had received it. */
  readonly receiveCount?: number;
  readonly message: string;
  /** The contact that `--check` asks about. */
  readonly contact?: ContactOf;
}

/** A listing keeps this much of a failure's message. */
const maxMessageLength = 160;

export function summarizeLetter(letter: DeadLetter): LetterSummary {
  const { messageId, reason, failedAt, sentAt, origin, reading, message } = letter;
  const contactId = memberAt(reading.envelope, ["detail", "contactId"]);
  return {
    messageId,
    reason,
    failedAt,
    sentAt,
    intentId: intentIdOf(letter),
    contactId: reading.kind === "intent" ? reading.intent.contactId : optionalText(contactId),
    destination: reading.kind === "intent" ? destinationText(reading.intent.destination) : undefined,
    receiveCount: origin.kind === "function" ? origin.failure?.receiveCount : undefined,
    message: message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message,
    contact: contactOf(letter),
  };
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

function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
