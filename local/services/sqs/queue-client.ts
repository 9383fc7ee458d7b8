import type { ReceivedMessage } from "../../../node_modules/fauxqs/dist/sqs/sqsTypes.js";
import type { SqsAnswer, SqsCall } from "./sqs-fault.ts";

/** A message as the API returns it. */
export type { ReceivedMessage } from "../../../node_modules/fauxqs/dist/sqs/sqsTypes.js";

/** What the services of this process do with queues. Each call that SQS answers with an error rejects with an `SqsCallError`. */
export interface QueueClient {
  /** Returns the message id. The attributes are of type String. */
  sendMessage(queueUrl: string, body: string, attributes?: Readonly<Record<string, string>>): Promise<string>;
  /** At most ten, with all their attributes. If the signal aborts, it rejects, and what is received is visible at once. */
  receiveMessages(
    queueUrl: string,
    wanted: { readonly maximum: number; readonly waitSeconds: number },
    signal: AbortSignal,
  ): Promise<readonly ReceivedMessage[]>;
  /** At most ten. Returns how many could not be deleted. */
  deleteMessages(queueUrl: string, messages: readonly ReceivedMessage[]): Promise<number>;
  /** Makes messages visible at once. */
  releaseMessages(queueUrl: string, messages: readonly ReceivedMessage[]): Promise<void>;
}

/** How SQS refused a call. */
export class SqsCallError extends Error {
  /** For example InvalidMessageContents. */
  override readonly name: string;
  /** The same call would be refused again. */
  readonly isFinal: boolean;

  constructor(name: string, message: string, isFinal: boolean) {
    super(message);
    this.name = name;
    this.isFinal = isFinal;
  }
}

/** `carryOut` returns undefined if the answer is lost. */
export function makeQueueClient(
  carryOut: (action: string, input: SqsCall["input"]) => Promise<SqsAnswer | undefined>,
): QueueClient {
  const call = async (action: string, input: SqsCall["input"]): Promise<Answered> => {
    const answer = await carryOut(action, input);
    if (!answer) throw new Error(`The answer of SQS to ${action} is lost.`);
    if (answer.status === 200) return answer.body;
    throw readError(answer);
  };

  const client: QueueClient = {
    async sendMessage(QueueUrl, MessageBody, attributes = {}) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
      );
      const { MessageId = "" } = await call("SendMessage", { QueueUrl, MessageBody, MessageAttributes });
      return MessageId;
    },
    async receiveMessages(QueueUrl, { maximum, waitSeconds }, signal) {
      const received = call("ReceiveMessage", {
        QueueUrl,
        MaxNumberOfMessages: maximum,
        WaitTimeSeconds: waitSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }).then(({ Messages = [] }) => Messages);
      const left = Promise.withResolvers<never>();
      const leave = () => {
        left.reject(signal.reason);
        received.then((messages) => client.releaseMessages(QueueUrl, messages)).catch(() => {});
      };
      signal.addEventListener("abort", leave, { once: true });
      try {
        return await Promise.race([received, left.promise]);
      } finally {
        signal.removeEventListener("abort", leave);
      }
    },
    async deleteMessages(QueueUrl, messages) {
      const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      const { Failed = [] } = await call("DeleteMessageBatch", { QueueUrl, Entries });
      return Failed.length;
    },
    async releaseMessages(QueueUrl, messages) {
      if (messages.length === 0) return;
      const Entries = messages.map(({ ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout: 0,
      }));
      await call("ChangeMessageVisibilityBatch", { QueueUrl, Entries });
    },
  };
  return client;
}

/** What the calls above answer. */
interface Answered {
  readonly MessageId?: string;
  readonly Messages?: readonly ReceivedMessage[];
  readonly Failed?: readonly object[];
}

function readError({ status, body }: SqsAnswer): SqsCallError {
  const { __type = "", message = "" } = body as { readonly __type?: string; readonly message?: string };
  const name = __type.slice(__type.lastIndexOf("#") + 1);
  return new SqsCallError(name, message, status < 500 && !/throttl/i.test(name));
}
