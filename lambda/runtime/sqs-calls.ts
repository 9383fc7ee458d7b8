import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { blame, readThrown } from "../error-table.ts";
import type { Ports } from "../ports.ts";
import { callWithin, collectBody, withoutRetries } from "./call-options.ts";

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
  const sqs = withoutRetries(
    new SQSClient({ retryMode: "standard", streamCollector: collectBody, useQueueUrlAsEndpoint: false }),
  );
  const within = <T>(signal: AbortSignal, call: (options: { abortSignal: AbortSignal }) => Promise<T>) =>
    callWithin(signal, putTimeoutMs, (abortSignal) => call({ abortSignal }));
  const sendTo =
    (QueueUrl: string): Ports["sendDeadLetters"] =>
    (Entries, signal) =>
      within(signal, (options) => sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }), options));
  return {
    sendDeadLetters: sendTo(deadLetterQueueUrl),
    enqueue: sendTo(intentQueueUrl),
    async changeVisibility(ReceiptHandle, VisibilityTimeout, signal) {
      const change = () =>
        within(signal, (options) => {
          const input = { QueueUrl: intentQueueUrl, ReceiptHandle, VisibilityTimeout };
          return sqs.send(new ChangeMessageVisibilityCommand(input), options);
        });
      try {
        await change();
      } catch (error) {
        // The SDK has corrected its clock by this answer, or the connection went stale while the instance was frozen.
        const { name, httpStatus, isClockCorrected, isReset } = readThrown(error);
        if (!isReset && !isClockCorrected && !blame("SQS", name, httpStatus).isClock) throw error;
        await change();
      }
    },
  };
}
