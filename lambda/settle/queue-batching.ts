import type { SendMessageBatchCommandOutput } from "@aws-sdk/client-sqs";
import type { Ports } from "../ports.ts";
import { type BatcherOptions, type EntryError, entryError } from "./batcher.ts";
import { messageBytes, type QueueMessage } from "./queue-message.ts";

/** SendMessageBatch accepts 10 entries and 1 MiB per call. */
export function queueBatching(sendMessages: Ports["sendDeadLetters"]): BatcherOptions<QueueMessage> {
  return {
    service: "SQS",
    maxCount: 10,
    maxBytes: 1024 * 1024,
    bytesOf: messageBytes,
    async send(messages, signal) {
      const answer = await sendMessages(
        messages.map((message, index) => ({ Id: String(index), ...message })),
        signal,
      );
      return messages.map((_, index) => errorOf(String(index), answer));
    },
  };
}

/**
 * SendMessageBatch returns 200 even if entries failed: only an entry listed as successful was sent. `SenderFault` is true for
 * throttling by KMS too, so only the code says who is at fault.
 */
function errorOf(
  id: string,
  { Successful = [], Failed = [] }: Pick<SendMessageBatchCommandOutput, "Successful" | "Failed">,
): EntryError | undefined {
  if (Successful.some((entry) => entry.Id === id)) return undefined;
  return entryError("SQS", Failed.find((entry) => entry.Id === id)?.Code);
}
