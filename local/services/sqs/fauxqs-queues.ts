// fauxqs exports its web server alone, which also serves S3 and SNS: loading it takes ten times as long, and every call
// would go through it. These are its queues. The version is fixed, and sqs-endpoint.test.ts holds what is used of it.
import { SqsError } from "../../../node_modules/fauxqs/dist/common/errors.js";
import { changeMessageVisibility } from "../../../node_modules/fauxqs/dist/sqs/actions/changeMessageVisibility.js";
import { changeMessageVisibilityBatch } from "../../../node_modules/fauxqs/dist/sqs/actions/changeMessageVisibilityBatch.js";
import { createQueue } from "../../../node_modules/fauxqs/dist/sqs/actions/createQueue.js";
import { deleteMessage } from "../../../node_modules/fauxqs/dist/sqs/actions/deleteMessage.js";
import { deleteMessageBatch } from "../../../node_modules/fauxqs/dist/sqs/actions/deleteMessageBatch.js";
import { deleteQueue } from "../../../node_modules/fauxqs/dist/sqs/actions/deleteQueue.js";
import { getQueueAttributes } from "../../../node_modules/fauxqs/dist/sqs/actions/getQueueAttributes.js";
import { getQueueUrl } from "../../../node_modules/fauxqs/dist/sqs/actions/getQueueUrl.js";
import { listQueues } from "../../../node_modules/fauxqs/dist/sqs/actions/listQueues.js";
import { listQueueTags } from "../../../node_modules/fauxqs/dist/sqs/actions/listQueueTags.js";
import { purgeQueue } from "../../../node_modules/fauxqs/dist/sqs/actions/purgeQueue.js";
import { receiveMessage } from "../../../node_modules/fauxqs/dist/sqs/actions/receiveMessage.js";
import { sendMessage } from "../../../node_modules/fauxqs/dist/sqs/actions/sendMessage.js";
import { sendMessageBatch } from "../../../node_modules/fauxqs/dist/sqs/actions/sendMessageBatch.js";
import { setQueueAttributes } from "../../../node_modules/fauxqs/dist/sqs/actions/setQueueAttributes.js";
import { tagQueue } from "../../../node_modules/fauxqs/dist/sqs/actions/tagQueue.js";
import { untagQueue } from "../../../node_modules/fauxqs/dist/sqs/actions/untagQueue.js";
import { type SqsQueue, SqsStore } from "../../../node_modules/fauxqs/dist/sqs/sqsStore.js";
import {
  INVALID_MESSAGE_BODY_CHAR,
  type SqsMessage,
} from "../../../node_modules/fauxqs/dist/sqs/sqsTypes.js";
import { scaleUp } from "./scale-up.ts";
import type { SqsAnswer } from "./sqs-fault.ts";

/** What fauxqs reads of a request besides its body. */
interface Caller {
  readonly headers: { readonly host?: string; readonly authorization?: string };
}

interface Actions {
  [name: string]: { run(input: Readonly<Record<string, unknown>>, store: SqsStore, caller: Caller): unknown };
}

const actions: Actions = {
  ChangeMessageVisibility: { run: changeMessageVisibility },
  ChangeMessageVisibilityBatch: { run: changeMessageVisibilityBatch },
  CreateQueue: { run: createQueue },
  DeleteMessage: { run: deleteMessage },
  DeleteMessageBatch: { run: deleteMessageBatch },
  DeleteQueue: { run: deleteQueue },
  // Without names, SQS returns no attribute, and fauxqs all.
  GetQueueAttributes: { run: (input, store) => getQueueAttributes({ AttributeNames: [], ...input }, store) },
  GetQueueUrl: { run: getQueueUrl },
  ListQueues: { run: listQueues },
  ListQueueTags: { run: listQueueTags },
  PurgeQueue: { run: purgeQueue },
  ReceiveMessage: { run: receiveMessage },
  SendMessage: { run: sendMessage },
  SendMessageBatch: { run: sendMessageBatch },
  SetQueueAttributes: { run: setQueueAttributes },
  TagQueue: { run: tagQueue },
  UntagQueue: { run: untagQueue },
};

/** Without the flag `u`, as in fauxqs, a character above U+FFFF counts as two invalid ones: it rejects emoji. */
const invalidCharacter = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
INVALID_MESSAGE_BODY_CHAR.test = (body) => invalidCharacter.test(body);

interface Grouped {
  readonly Id?: string;
  readonly MessageGroupId?: string;
}

interface Accepted {
  readonly Id?: string;
  readonly MessageId: string;
}

class LargeStore extends SqsStore {
  override createQueue(...described: Parameters<SqsStore["createQueue"]>): SqsQueue {
    const queue = super.createQueue(...described);
    scaleUp(queue);
    return queue;
  }
}

/** The queues of one account and Region, in memory. */
export class FauxqsQueues {
  readonly #store = new LargeStore();

  constructor(region: string) {
    this.#store.region = region;
  }

  /** Carries out a call of the SQS API. */
  async perform(
    action: string,
    input: Readonly<Record<string, unknown>>,
    caller: Caller,
  ): Promise<SqsAnswer> {
    const known = Object.hasOwn(actions, action) ? actions[action] : undefined;
    try {
      if (!known) throw new SqsError("InvalidAction", `Unknown action: ${action}`);
      const answered = known.run(input, this.#store, caller);
      // At once: who polls receives the message next.
      if (/^SendMessage/.test(action)) this.#keepGroups(input, answered);
      const body = await answered;
      return { status: 200, headers: {}, body: body ?? {} };
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      const headers = { "x-amzn-query-error": error.queryErrorHeader };
      return { status: error.statusCode, headers, body: error.toJSON() };
    }
  }

  /** fauxqs forgets the group of a message on a standard queue, which makes a fair queue of it. */
  #keepGroups({ QueueUrl, ...input }: Readonly<Record<string, unknown>>, answered: unknown): void {
    const { Entries = [input as Grouped] } = input as { readonly Entries?: readonly Grouped[] };
    if (Entries.every(({ MessageGroupId }) => MessageGroupId == null)) return;
    const queue = this.#store.getQueue(String(QueueUrl));
    if (!queue || queue.isFifo()) return;
    const groups = new Map(Entries.map(({ Id, MessageGroupId }) => [Id, MessageGroupId]));
    const { Successful = [answered as Accepted] } = answered as { readonly Successful?: readonly Accepted[] };
    for (const { Id, MessageId } of Successful) {
      const isIt = ({ messageId }: SqsMessage) => messageId === MessageId;
      const message = queue.messages.findLast(isIt) ?? queue.delayedMessages.findLast(isIt);
      if (message) message.messageGroupId = groups.get(Id);
    }
  }

  /** All messages of a queue, including those in flight. */
  messagesOf(queueName: string): readonly SqsMessage[] {
    const found = this.#store.inspectQueue(queueName);
    if (!found) return [];
    const { ready, delayed, inflight } = found.messages;
    return [...ready, ...delayed, ...inflight.map(({ message }) => message)];
  }

  /** Ends all long polls, which would keep the process alive. */
  close(): void {
    this.#store.purgeAll();
  }
}
