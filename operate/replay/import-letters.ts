import type { Message } from "@aws-sdk/client-sqs";
import { attributeNames } from "../../lambda/intake/history.ts";
import type { Clock } from "../../lambda/ports.ts";
import type { Instances } from "../../lambda/settings.ts";
import { messageGroup } from "../../lambda/settle/dead-letter.ts";
import { withHistory } from "../../lambda/settle/enqueued-message.ts";
import { messageBytes } from "../../lambda/settle/queue-message.ts";
import type { EntryAnswer, Outgoing, Queue } from "../aws/queue.ts";
import { intentIdOf } from "../letters/identify-letter.ts";
import { readLetter } from "../letters/read-letter.ts";
import { maxBatchBytes, maxBatchEntries } from "../receive/batches.ts";
import { createStopper } from "../receive/stopper.ts";
import type { AuditLog } from "./audit-log.ts";
import { sendMessages, whyNotSent } from "./send-messages.ts";

/** A dead letter of a file, with its line. */
export interface NumberedLetter {
  readonly lineNumber: number;
  readonly message: Message;
}

export interface ImportDeps {
  readonly deadLetterQueue: Queue;
  readonly instances: Instances;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** When the import began: what has no instant of its own counts as sent then. */
  readonly now: number;
  readonly onImported?: (count: number) => void;
  readonly signal: AbortSignal;
}

export interface FailedLine {
  readonly lineNumber: number;
  readonly why: string;
  /** The answer is missing: it may be in the queue. */
  readonly maybeSent: boolean;
}

export interface Imported {
  readonly imported: number;
  readonly failed: readonly FailedLine[];
  /** The first line that was not tried. */
  readonly nextLine?: number;
  /** Why the import ended early, if not by its signal. */
  readonly stopped?: string;
}

/** So many batches in a row of which SQS accepts nothing end the import. */
const maxFruitless = 3;

/** Sends messages to the dead-letter queue in their order, and reads the answer for each. */
export async function importLetters(
  letters: AsyncIterable<NumberedLetter>,
  { deadLetterQueue: queue, instances, audit, clock, now, onImported, signal }: ImportDeps,
): Promise<Imported> {
  const stopper = createStopper(signal);
  const failed: FailedLine[] = [];
  let imported = 0;
  let fruitless = 0;

  const sendBatch = async (batch: readonly Numbered[]) => {
    const about = ({ lineNumber, message }: Numbered) => ({
      lineNumber,
      oldMessageId: message.MessageId,
      intentId: intentIdOf(readLetter(message, instances)),
    });
    audit.write(batch.map((each) => ({ action: "importing", ...about(each) })));
    const messages = batch.map(({ outgoing }) => outgoing);
    const answers = await sendMessages(messages, {
      queue,
      clock,
      onHopeless: stopper.stop,
      signal: stopper.signal,
    });
    const sent = batch.flatMap((each, index) => {
      const answer: EntryAnswer | undefined = answers[index];
      if (answer?.isDone)
        return [{ action: "imported" as const, ...about(each), messageId: answer.messageId }];
      failed.push({ lineNumber: each.lineNumber, ...whyNotSent(answer) });
      return [];
    });
    imported += sent.length;
    onImported?.(imported);
    fruitless = sent.length === 0 ? fruitless + 1 : 0;
    if (fruitless === maxFruitless) stopper.stop(`SQS accepts nothing (${failed.at(-1)?.why}).`);
    audit.write(sent);
  };

  let batch: Numbered[] = [];
  let bytes = 0;
  const flush = async () => {
    const these = batch;
    batch = [];
    bytes = 0;
    if (these.length === 0) return;
    await sendBatch(these).catch((error) => stopper.stop((error as Error).message));
  };
  for await (const letter of letters) {
    const outgoing = outgoingOf(letter.message, instances, now);
    const size = messageBytes(outgoing);
    if (batch.length === maxBatchEntries || bytes + size > maxBatchBytes) await flush();
    if (stopper.signal.aborted) {
      const nextLine = batch[0]?.lineNumber ?? letter.lineNumber;
      return { imported, failed, nextLine, stopped: stopper.stopped };
    }
    if (size > maxBatchBytes) {
      const why = "it is larger than 1 MiB, the most that SQS accepts";
      failed.push({ lineNumber: letter.lineNumber, why, maybeSent: false });
      continue;
    }
    batch.push({ ...letter, outgoing });
    bytes += size;
  }
  await flush();
  return { imported, failed, stopped: stopper.stopped };
}

interface Numbered extends NumberedLetter {
  readonly outgoing: Outgoing;
}

/**
 * The message as it was. To SQS it is a new one: if nothing inside it would show its age and effect any more, a `History`
 * is added that does. The same line gives the same message each time.
 */
export function outgoingOf(message: Message, instances: Instances, now: number): Outgoing {
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
