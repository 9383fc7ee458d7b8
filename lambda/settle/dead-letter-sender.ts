import type { Ports } from "../ports.ts";
import { createBatcher } from "./batcher.ts";
import { reduceDeadLetter } from "./dead-letter.ts";
import { queueBatching } from "./queue-batching.ts";
import type { QueueMessage } from "./queue-message.ts";

/** Sends dead letters in batches. One that SQS refuses as invalid is sent once more with less, at last with its reason alone. */
export function createDeadLetterSender(
  ports: Pick<Ports, "sendDeadLetters" | "clock" | "random">,
  signal: AbortSignal,
): (letter: QueueMessage) => Promise<void> {
  const batching = { ...queueBatching(ports.sendDeadLetters), reduce: reduceDeadLetter };
  const batcher = createBatcher(batching, signal, ports.clock, ports.random);
  return (letter) => batcher.put(letter);
}
