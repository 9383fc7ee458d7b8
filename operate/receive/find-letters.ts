import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "../../lambda/ports.ts";
import { openQueue } from "../aws/queue.ts";
import { intentIdOf } from "../letters/filters.ts";
import type { Letter } from "../letters/letter.ts";
import { LetterHold } from "./lease.ts";
import { receiveLetters } from "./receive-letters.ts";

/** Looks through a dead-letter queue once and gives every letter back; with `remove`, but for those that match. */
export async function findDeadLetters(
  { sqs, deadLetterQueueUrl, clock }: { sqs: SQSClient; deadLetterQueueUrl: string; clock: Clock },
  matches: (letter: Letter) => boolean,
  { remove = false, signal = new AbortController().signal }: { remove?: boolean; signal?: AbortSignal } = {},
): Promise<readonly Letter[]> {
  const queue = openQueue(sqs, deadLetterQueueUrl);
  const hold = new LetterHold(queue, clock);
  try {
    const instances = { byId: new Map() };
    const keep = (letter: Letter) => (matches(letter) ? letter : undefined);
    const { kept } = await receiveLetters({ queue, hold, clock, instances, keep, signal });
    if (remove) await hold.delete(kept.map(({ messageId }) => messageId));
    return kept;
  } finally {
    await hold.release();
  }
}

/** Whether a letter is about this intent, contact, token or message. */
export function isAbout(letter: Letter, id: string): boolean {
  const { reading, origin, messageId } = letter;
  const intent = reading.kind === "intent" ? reading : undefined;
  const told = origin.kind === "function" ? origin.failure?.clientToken : undefined;
  return [messageId, intentIdOf(letter), intent?.intent.contactId, intent?.clientToken, told].includes(id);
}
