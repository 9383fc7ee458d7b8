import type { Message } from "@aws-sdk/client-sqs";
import { attributeNames } from "../../lambda/intake/history.ts";
import type { Instances } from "../../lambda/settings.ts";
import { messageGroup } from "../../lambda/settle/dead-letter.ts";
import { withHistory } from "../../lambda/settle/enqueued-message.ts";
import { messageBytes } from "../../lambda/settle/queue-message.ts";
import type { Outgoing, Queue } from "../aws/queue.ts";
import { readLetter } from "../letters/read-letter.ts";
import { inBatches } from "../receive/batches.ts";
import type { AuditLog } from "./audit-log.ts";

export interface ImportDeps {
  readonly deadLetterQueue: Queue;
  readonly instances: Instances;
  readonly audit: AuditLog;
  readonly now: () => number;
  readonly onImported?: (count: number) => void;
  readonly signal: AbortSignal;
}

/** A message with its line in the file. */
export interface NumberedLetter {
  readonly lineNumber: number;
  readonly message: Message;
}

export interface Imported {
  readonly imported: number;
  readonly failed: readonly { readonly lineNumber: number; readonly why: string }[];
  /** Where to continue after an interruption. */
  readonly nextLine?: number;
}

/** Sends messages to the dead-letter queue in their order, and reads the answer for each. */
export async function importLetters(
  letters: readonly NumberedLetter[],
  { deadLetterQueue, instances, audit, now, onImported, signal }: ImportDeps,
): Promise<Imported> {
  const failed: { lineNumber: number; why: string }[] = [];
  let imported = 0;
  const outgoing = letters.map(({ lineNumber, message }) => ({
    lineNumber,
    letter: toOutgoing(message, instances, now()),
  }));
  for (const batch of inBatches(outgoing, ({ letter }) => messageBytes(letter))) {
    if (signal.aborted) return { imported, failed, nextLine: batch[0]?.lineNumber };
    const answers = await deadLetterQueue.send(batch.map(({ letter }) => letter));
    const changes = batch.flatMap(({ lineNumber }, index) => {
      const answer = answers[index];
      if (answer?.isDone) return [{ action: "imported" as const, lineNumber, messageId: answer.messageId }];
      failed.push({ lineNumber, why: answer ? `${answer.code}: ${answer.message}` : "Unconfirmed" });
      return [];
    });
    audit.write(changes);
    imported += changes.length;
    onImported?.(imported);
  }
  return { imported, failed };
}

/**
 * The message as it was. To SQS it is a new one: if nothing inside it would show its age and effect any more, a `History`
 * is added that does.
 */
function toOutgoing(message: Message, instances: Instances, now: number): Outgoing {
  const { Body = "", MessageAttributes = {}, Attributes = {} } = message;
  const group = messageGroup(Attributes.MessageGroupId);
  const before = readLetter(message, instances);
  const after = readLetter({ ...message, Attributes: { SentTimestamp: String(now) } }, instances).history;
  const { history } = before;
  const isYounger = (after.firstSentAt ?? now) > (history.firstSentAt ?? now);
  const isMoreCertain = after.effect === "none" && history.effect === "unknown";
  if (!isYounger && !isMoreCertain) return { MessageBody: Body, ...group, MessageAttributes };
  const { [attributeNames.history]: _, ...others } = MessageAttributes;
  const attributes = { ...withHistory(others, history, before.reason) };
  return { MessageBody: Body, ...group, MessageAttributes: attributes };
}
