import { setTimeout as wait } from "node:timers/promises";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { isObject, parseJson } from "../../cli/json.ts";
import { explainError, isThrottled } from "./explain-error.ts";

/** What SQS answered for one entry of a batch. */
export type EntryAnswer =
  | { readonly isDone: true; readonly messageId?: string }
  | {
      readonly isDone: false;
      readonly code: string;
      readonly message: string;
      readonly isPermanent: boolean;
    };

/** A message to send, without its id in the batch. */
export type Outgoing = Omit<SendMessageBatchRequestEntry, "Id">;

/** The number of messages in a queue, as SQS approximates it. */
export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly retentionMs: number;
  /** The queue that SQS moves this one's messages to; undefined for a queue without one, as a dead-letter queue is. */
  readonly movesTo?: string;
}

/** One queue. A batch takes up to ten entries and answers for each in order. What a whole call throws is explained. */
export interface Queue {
  readonly url: string;
  receive(maximum: number, waitSeconds: number, visibilitySeconds: number): Promise<readonly Message[]>;
  send(messages: readonly Outgoing[]): Promise<readonly EntryAnswer[]>;
  delete(receiptHandles: readonly string[]): Promise<readonly EntryAnswer[]>;
  changeVisibility(receiptHandles: readonly string[], seconds: number): Promise<readonly EntryAnswer[]>;
  counts(): Promise<QueueCounts>;
}

/** The answer of the three batch calls of SQS, with status 200 even if entries have failed. */
interface BatchAnswer {
  readonly Successful?: readonly { readonly Id?: string; readonly MessageId?: string }[];
  readonly Failed?: readonly {
    readonly Id?: string;
    readonly Code?: string;
    readonly Message?: string;
    readonly SenderFault?: boolean;
  }[];
}

const countNames = {
  visible: "ApproximateNumberOfMessages",
  inFlight: "ApproximateNumberOfMessagesNotVisible",
  delayed: "ApproximateNumberOfMessagesDelayed",
  retention: "MessageRetentionPeriod",
  redrive: "RedrivePolicy",
} as const;

/** What SQS or the queue's key throttles is asked again after these waits: 63 s in all. The SDK has tried three times before each. */
const throttleWaitsMs = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

export interface QueueOptions {
  /** Makes the calls that send: one that does not repeat an unanswered call sends nothing twice. */
  readonly sender?: SQSClient;
  readonly sleep?: typeof wait;
  /** Ends the wait of a throttled call that only reads. Deletes and releases are of more use late than never. */
  readonly signal?: AbortSignal;
}

/**
 * A queue on SDK clients, which must have `useQueueUrlAsEndpoint: false`. A throttled call waits and is repeated.
 */
export function openQueue(
  sqs: SQSClient,
  QueueUrl: string,
  { sender = sqs, sleep = wait, signal }: QueueOptions = {},
): Queue {
  const ask = async <T>(action: string, call: () => Promise<T>, ending?: AbortSignal): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        const waitMs = throttleWaitsMs[attempt];
        if (waitMs === undefined || !isThrottled(error) || ending?.aborted) {
          throw explainError(error, { action: `sqs:${action}`, of: QueueUrl });
        }
        await sleep(waitMs, undefined, { signal: ending });
      }
    }
  };
  return {
    url: QueueUrl,
    async receive(MaxNumberOfMessages, WaitTimeSeconds, VisibilityTimeout) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages,
        WaitTimeSeconds,
        VisibilityTimeout,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      });
      const { Messages = [] } = await ask("ReceiveMessage", () => sqs.send(command), signal);
      return Messages;
    },
    async send(messages) {
      const Entries = messages.map((message, index) => ({ ...message, Id: String(index) }));
      const command = new SendMessageBatchCommand({ QueueUrl, Entries });
      return answersOf(messages, await ask("SendMessage", () => sender.send(command)));
    },
    async delete(receiptHandles) {
      const Entries = receiptHandles.map((ReceiptHandle, index) => ({ ReceiptHandle, Id: String(index) }));
      const command = new DeleteMessageBatchCommand({ QueueUrl, Entries });
      return answersOf(receiptHandles, await ask("DeleteMessage", () => sqs.send(command)));
    },
    async changeVisibility(receiptHandles, VisibilityTimeout) {
      const Entries = receiptHandles.map((ReceiptHandle, index) => ({
        ReceiptHandle,
        VisibilityTimeout,
        Id: String(index),
      }));
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
      return answersOf(receiptHandles, await ask("ChangeMessageVisibility", () => sqs.send(command)));
    },
    async counts() {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: Object.values(countNames) });
      const { Attributes = {} } = await ask("GetQueueAttributes", () => sqs.send(command), signal);
      const count = (name: keyof typeof countNames) => Number(Attributes[countNames[name]] ?? 0);
      return {
        visible: count("visible"),
        inFlight: count("inFlight"),
        delayed: count("delayed"),
        retentionMs: count("retention") * 1000,
        movesTo: targetOf(Attributes[countNames.redrive]),
      };
    },
  };
}

function targetOf(redrivePolicy: string | undefined): string | undefined {
  const policy = parseJson(redrivePolicy ?? "");
  return isObject(policy) && typeof policy.deadLetterTargetArn === "string"
    ? policy.deadLetterTargetArn
    : undefined;
}

/** An entry is done only if the answer lists it as successful; one that is not mentioned is not. */
function answersOf(
  entries: readonly unknown[],
  { Successful = [], Failed = [] }: BatchAnswer,
): EntryAnswer[] {
  return entries.map((_, index) => {
    const done = Successful.find(({ Id }) => Id === String(index));
    const failed = Failed.find(({ Id }) => Id === String(index));
    if (done && !failed) return { isDone: true, messageId: done.MessageId };
    return {
      isDone: false,
      code: failed?.Code ?? "Unconfirmed",
      message: failed?.Message ?? "the answer does not mention it",
      // What is throttled can succeed later, whoever SQS blames.
      isPermanent: (failed?.SenderFault ?? false) && !isThrottled({ name: failed?.Code }),
    };
  });
}
