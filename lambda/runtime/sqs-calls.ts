import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Ports } from "../ports.ts";
import { collectBody, withTimeout } from "./call-options.ts";

export interface QueueUrls {
  readonly intentQueueUrl: string;
  readonly deadLetterQueueUrl: string;
}

type SqsCalls = Required<Pick<Ports, "sendDeadLetters" | "enqueue" | "changeVisibility">>;

export function createSqsCalls(
  { intentQueueUrl, deadLetterQueueUrl }: QueueUrls,
  putTimeoutMs: number,
): SqsCalls {
  // By default the client follows the queue URL's host instead of the endpoint of the environment.
  const sqs = new SQSClient({
    maxAttempts: 1,
    retryMode: "standard",
    streamCollector: collectBody,
    useQueueUrlAsEndpoint: false,
  });
  const sendTo =
    (QueueUrl: string): Ports["sendDeadLetters"] =>
    (Entries, signal) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }), {
        abortSignal: withTimeout(signal, putTimeoutMs),
      });
  return {
    sendDeadLetters: sendTo(deadLetterQueueUrl),
    enqueue: sendTo(intentQueueUrl),
    async changeVisibility(ReceiptHandle, VisibilityTimeout, signal) {
      const command = { QueueUrl: intentQueueUrl, ReceiptHandle, VisibilityTimeout };
      await sqs.send(new ChangeMessageVisibilityCommand(command), {
        abortSignal: withTimeout(signal, putTimeoutMs),
      });
    },
  };
}
