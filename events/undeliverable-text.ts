import type { Violation } from "./generated/contact-transfer-failed.ts";

/**
 * Characters that JSON takes and SQS refuses: EventBridge could deliver the event to no queue, so it would be lost. JSON escapes
 * the others that SQS refuses.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const refused = /[\uFFFE\uFFFF]/;

/** What a producer must not send, although it keeps to the contract. `detail` is JSON. */
export function undeliverableText(detail: string): Violation[] {
  const [character] = refused.exec(detail) ?? [];
  if (character === undefined) return [];
  const code = character.charCodeAt(0).toString(16).toUpperCase();
  return [{ path: "/detail", message: `detail contains the character U+${code}, which SQS refuses` }];
}
