import type { SendMessageBatchCommandOutput } from "@aws-sdk/client-sqs";
import type { Ports } from "../ports.ts";
import { type BatcherOptions, createBatcher, type EntryError, UndeliveredError } from "./batcher.ts";
import { bareDeadLetter, type DeadLetter, deadLetterBytes } from "./dead-letter.ts";

/**
 * Sends dead letters in batches; ends when SQS has confirmed this one. One that SQS refuses as invalid is sent once
 * more with `FailureReason` alone.
 */
export function createDeadLetterSender(
  ports: Pick<Ports, "sendDeadLetters" | "clock" | "random">,
  signal: AbortSignal,
): (letter: DeadLetter) => Promise<void> {
  const batcher = createBatcher(queueBatching(ports.sendDeadLetters), signal, ports.clock, ports.random);
  return async (letter) => {
    try {
      await batcher.put(letter);
    } catch (error) {
      if (!(error instanceof UndeliveredError && error.entryError.isPermanent)) throw error;
      await batcher.put(bareDeadLetter(letter));
    }
  };
}

/** SendMessageBatch takes 10 entries and 1 MiB a call. */
export function queueBatching(sendMessages: Ports["sendDeadLetters"]): BatcherOptions<DeadLetter> {
  return {
    maxCount: 10,
    maxBytes: 1024 * 1024,
    bytesOf: deadLetterBytes,
    async send(messages, signal) {
      const answer = await sendMessages(
        messages.map((message, index) => ({ Id: String(index), ...message })),
        signal,
      );
      return messages.map((_, index) => entryError(String(index), answer));
    },
  };
}

/** SendMessageBatch answers 200 with a list of the failed entries: only an entry listed as successful is sent. */
function entryError(
  id: string,
  { Successful = [], Failed = [] }: Pick<SendMessageBatchCommandOutput, "Successful" | "Failed">,
): EntryError | undefined {
  if (Successful.some((entry) => entry.Id === id)) return undefined;
  const failed = Failed.find((entry) => entry.Id === id);
  return { name: failed?.Code ?? "Unconfirmed", isPermanent: failed?.SenderFault ?? false };
}
