import { setTimeout as sleep } from "node:timers/promises";
import type { SQSBatchResponse, SQSEvent, SQSMessageAttribute, SQSRecord } from "aws-lambda";
import type { QueueClient, ReceivedMessage } from "../sqs/queue-client.ts";
import type { EventSourceMappingModel } from "./function-model.ts";
import type { InvocationResult } from "./runtime-api.ts";

export interface EventSourceMappingOptions {
  readonly model: EventSourceMappingModel;
  readonly queues: QueueClient;
  readonly queueUrl: string;
  readonly region: string;
  readonly invoke: (event: SQSEvent) => Promise<InvocationResult>;
  /** What Lambda's metrics would show: a failed batch, a failed call to SQS. */
  readonly onLog?: (line: string) => void;
}

export interface EventSourceMapping {
  /** Stops polling; resolves when the current invocations have ended. */
  stop(): Promise<void>;
}

/**
 * Polls the queue and invokes the function with batches, as Lambda's event source mapping does: messages that the function
 * does not list as failed are deleted; the visibility timeout returns the rest. Runs one poller per concurrent invocation.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const stopping = new AbortController();
  const pollers = Array.from({ length: options.model.maximumConcurrency }, () =>
    poll(options, stopping.signal),
  );
  return {
    async stop() {
      stopping.abort();
      await Promise.all(pollers);
    },
  };
}

async function poll(options: EventSourceMappingOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const messages = await receiveBatch(options, signal);
      if (messages.length > 0) await processBatch(options, messages, signal);
    } catch (error) {
      if (signal.aborted) return;
      options.onLog?.(`Event source mapping: ${String(error)}; polling continues.`);
      await sleep(500, undefined, { signal }).catch(() => {});
    }
  }
}

/** One receive returns at most ten messages; larger batches are collected within the batching window. */
async function receiveBatch(
  options: EventSourceMappingOptions,
  signal: AbortSignal,
): Promise<ReceivedMessage[]> {
  const { batchSize, batchingWindowSeconds } = options.model;
  const messages = [...(await receive(options, Math.min(10, batchSize), 20, signal))];
  const windowEndsAt = Date.now() + batchingWindowSeconds * 1000;
  while (messages.length > 0 && messages.length < batchSize && !signal.aborted) {
    const secondsLeft = Math.floor((windowEndsAt - Date.now()) / 1000);
    if (secondsLeft < 1) break;
    messages.push(
      ...(await receive(options, Math.min(10, batchSize - messages.length), secondsLeft, signal)),
    );
  }
  return messages;
}

function receive(
  { queues, queueUrl }: EventSourceMappingOptions,
  maximum: number,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<readonly ReceivedMessage[]> {
  return queues.receiveMessages(queueUrl, { maximum, waitSeconds }, signal);
}

async function processBatch(
  options: EventSourceMappingOptions,
  messages: readonly ReceivedMessage[],
  signal: AbortSignal,
): Promise<void> {
  const { model, invoke, onLog } = options;
  const result = await invoke({ Records: messages.map((message) => toRecord(message, options)) });
  const batch = new Set(messages.map(({ MessageId }) => MessageId));
  const failed = failedMessageIds(result, batch, model.reportBatchItemFailures);
  if (failed === "all") {
    if (signal.aborted) return; // killed because the run ends, which is no failure
    onLog?.(`Event source mapping: a batch of ${batch.size} failed: ${whyAllFailed(result)}`);
    return;
  }
  await deleteMessages(
    options,
    messages.filter(({ MessageId }) => !failed.has(MessageId)),
  );
}

/** As Lambda reads an answer: an empty list is success, and one invalid entry fails the whole batch. */
function failedMessageIds(
  result: InvocationResult,
  batch: ReadonlySet<string>,
  reportBatchItemFailures: boolean,
): ReadonlySet<string> | "all" {
  if (result.kind === "failed") return "all";
  if (!reportBatchItemFailures) return new Set();
  if (typeof result.payload !== "object") return "all";
  const failures = (result.payload as Partial<SQSBatchResponse> | null)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return "all";
  const failed = new Set(failures.map((failure) => failure?.itemIdentifier));
  return [...failed].every((messageId) => batch.has(messageId)) ? failed : "all";
}

function whyAllFailed(result: InvocationResult): string {
  return result.kind === "failed"
    ? `${result.errorType}: ${result.errorMessage}`
    : "batchItemFailures names messages that are not in the batch";
}

async function deleteMessages(
  { queues, queueUrl, onLog }: EventSourceMappingOptions,
  messages: readonly ReceivedMessage[],
): Promise<void> {
  for (let start = 0; start < messages.length; start += 10) {
    const failed = await queues.deleteMessages(queueUrl, messages.slice(start, start + 10));
    if (failed > 0) {
      onLog?.(`Event source mapping: ${failed} messages could not be deleted and will be received again.`);
    }
  }
}

function toRecord(message: ReceivedMessage, { model, region }: EventSourceMappingOptions): SQSRecord {
  const attributes = message.Attributes ?? {};
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: {
      ApproximateReceiveCount: attributes.ApproximateReceiveCount ?? "",
      SentTimestamp: attributes.SentTimestamp ?? "",
      SenderId: attributes.SenderId ?? "",
      ApproximateFirstReceiveTimestamp: attributes.ApproximateFirstReceiveTimestamp ?? "",
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, toAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody,
    ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: "aws:sqs",
    eventSourceARN: model.queueArn,
    awsRegion: region,
  };
}

type MessageAttribute = NonNullable<ReceivedMessage["MessageAttributes"]>[string];

function toAttribute({ StringValue, BinaryValue, DataType }: MessageAttribute): SQSMessageAttribute {
  return {
    stringValue: StringValue,
    binaryValue: BinaryValue,
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}
