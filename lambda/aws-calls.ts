import { ConnectClient, TransferContactCommand } from "@aws-sdk/client-connect";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Deps } from "./deps.ts";

export interface Timeouts {
  /** Longest time of one request to Connect. @default 5 s */
  readonly requestTimeoutMs?: number;
  /** Longest time of one call to EventBridge or SQS. @default 3 s */
  readonly putTimeoutMs?: number;
}

/**
 * The calls that the core makes, on real SDK clients. None retries by itself: retries to Connect go through the pace,
 * those of puts through their batches. Each is ended by a time-out of its own, since the SDK's `requestTimeout` alone
 * only warns of a server that accepts and never answers.
 */
export function createAwsCalls(
  queues: { intentQueueUrl: string; deadLetterQueueUrl: string; handOverToQueue?: boolean },
  { requestTimeoutMs = 5_000, putTimeoutMs = 3_000 }: Timeouts = {},
): Pick<Deps, "transferContact" | "putEvents" | "sendDeadLetters" | "handOver" | "changeVisibility"> {
  const connect = new ConnectClient({ maxAttempts: 1 });
  const eventBridge = new EventBridgeClient({ maxAttempts: 1 });
  // The client would follow the queue URL's host rather than the endpoint of the environment.
  const sqs = new SQSClient({ maxAttempts: 1, useQueueUrlAsEndpoint: false });
  const sendTo =
    (QueueUrl: string): Deps["sendDeadLetters"] =>
    (Entries, signal) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }), {
        abortSignal: within(putTimeoutMs, signal),
      });
  return {
    transferContact: (input, signal) =>
      connect.send(new TransferContactCommand(input), { abortSignal: within(requestTimeoutMs, signal) }),
    putEvents: (Entries, signal) =>
      eventBridge.send(new PutEventsCommand({ Entries }), { abortSignal: within(putTimeoutMs, signal) }),
    sendDeadLetters: sendTo(queues.deadLetterQueueUrl),
    handOver: queues.handOverToQueue ? sendTo(queues.intentQueueUrl) : undefined,
    async changeVisibility(ReceiptHandle, VisibilityTimeout, signal) {
      const command = { QueueUrl: queues.intentQueueUrl, ReceiptHandle, VisibilityTimeout };
      await sqs.send(new ChangeMessageVisibilityCommand(command), {
        abortSignal: within(putTimeoutMs, signal),
      });
    },
  };
}

function within(ms: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(ms)]);
}
