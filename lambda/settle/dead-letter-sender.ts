import type { Ports } from "../ports.ts";
import { createBatcher, UndeliveredError } from "./batcher.ts";
import { bareDeadLetter } from "./dead-letter.ts";
import { queueBatching } from "./queue-batching.ts";
import type { QueueMessage } from "./queue-message.ts";

/** Sends dead letters in batches. One that SQS refuses as invalid is sent once more with `FailureReason` alone. */
export function createDeadLetterSender(
  ports: Pick<Ports, "sendDeadLetters" | "clock" | "random">,
  signal: AbortSignal,
): (letter: QueueMessage) => Promise<void> {
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
