import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Ports } from "../ports.ts";
import { within } from "./call-options.ts";
import { collectBody } from "./collect-body.ts";

export interface QueueUrls {
  readonly intentQueueUrl: string;
  readonly deadLetterQueueUrl: string;
}

type QueueCalls = Required<Pick<Ports, "sendDeadLetters" | "enqueue" | "changeVisibility">>;

/** The calls to SQS. */
export function createQueueCalls(
  { intentQueueUrl, deadLetterQueueUrl }: QueueUrls,
  putTimeoutMs: number,
): QueueCalls {
  // The client would follow the queue URL's host rather than the endpoint of the environment.
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
        abortSignal: within(putTimeoutMs, signal),
      });
  return {
    sendDeadLetters: sendTo(deadLetterQueueUrl),
    enqueue: sendTo(intentQueueUrl),
    async changeVisibility(ReceiptHandle, VisibilityTimeout, signal) {
      const command = { QueueUrl: intentQueueUrl, ReceiptHandle, VisibilityTimeout };
      await sqs.send(new ChangeMessageVisibilityCommand(command), {
        abortSignal: within(putTimeoutMs, signal),
      });
    },
  };
}
