import type { SqsQueue } from "../../../node_modules/fauxqs/dist/sqs/sqsStore.js";
import type { ReceivedMessage, SqsMessage } from "../../../node_modules/fauxqs/dist/sqs/sqsTypes.js";
import { Deadlines } from "./deadlines.ts";

/** Begins the receipt handles of a queue that is scaled up. */
export const receiptPrefix = "receipt-";

/** The most messages of one receive. */
const maxReceived = 10;

/**
 * Makes a queue of fauxqs fit for a hundred thousand messages. In each receive, and 50 times per second while somebody
 * polls, fauxqs looks at every message in flight and at every delayed one, and it moves all visible ones for each that it
 * takes. A FIFO queue stays as it is.
 */
export function scaleUp(queue: SqsQueue): void {
  if (queue.isFifo()) return;
  const { dequeue, changeVisibility, enqueue } = queue;
  /** Of receipt handles. One that was extended or deleted meanwhile is not due when its instant comes. */
  const deadlines = new Deadlines();
  const watch = (receiptHandle: string) => {
    const entry = queue.inflightMessages.get(receiptHandle);
    if (entry) deadlines.add(entry.visibilityDeadline, receiptHandle);
  };
  /** Makes a receipt handle that is not taken for a message's id. */
  const rename = (receiptHandle: string): string => {
    const entry = queue.inflightMessages.get(receiptHandle);
    if (!entry) return receiptHandle;
    entry.receiptHandle = `${receiptPrefix}${receiptHandle}`;
    queue.inflightMessages.delete(receiptHandle);
    queue.inflightMessages.set(entry.receiptHandle, entry);
    return entry.receiptHandle;
  };

  queue.dequeue = (...asked) => {
    queue.processTimers();
    const all = queue.messages;
    let received: ReceivedMessage[] = [];
    // Those that have been received too often leave without being returned.
    while (received.length === 0 && all.length > 0) {
      queue.messages = all.splice(0, maxReceived);
      received = dequeue.apply(queue, asked);
      if (queue.messages.length > 0) all.unshift(...queue.messages);
    }
    queue.messages = all;
    for (const message of received) {
      message.ReceiptHandle = rename(message.ReceiptHandle);
      watch(message.ReceiptHandle);
    }
    return received;
  };
  queue.changeVisibility = (receiptHandle, seconds) => {
    changeVisibility.call(queue, receiptHandle, seconds);
    watch(receiptHandle);
  };
  queue.enqueue = (message) => {
    enqueue.call(queue, message);
    if (queue.delayedMessages.at(-1) === message) sortIn(queue.delayedMessages);
  };
  queue.processTimers = () => {
    const now = Date.now();
    for (let due = deadlines.take(now); due !== undefined; due = deadlines.take(now)) {
      const entry = queue.inflightMessages.get(due);
      if (!entry || entry.visibilityDeadline > now) continue;
      queue.inflightMessages.delete(due);
      queue.messages.push(entry.message);
    }
    const { delayedMessages } = queue;
    const next = delayedMessages.at(0);
    if (next && dueAt(next) <= now) {
      const later = delayedMessages.findIndex((message) => dueAt(message) > now);
      const due = delayedMessages.splice(0, later < 0 ? delayedMessages.length : later);
      for (const message of due) queue.messages.push(message);
    }
    if (queue.messages.length > 0) wakePolls(queue);
  };
}

/** Moves the last message to its place: the first one that is due comes first. */
function sortIn(delayed: SqsMessage[]): void {
  const message = delayed.pop();
  if (!message) return;
  const before = delayed.findLastIndex((other) => dueAt(other) <= dueAt(message));
  delayed.splice(before + 1, 0, message);
}

function dueAt({ delayUntil = 0 }: SqsMessage): number {
  return delayUntil;
}

function wakePolls({ pollWaiters }: SqsQueue): void {
  for (const { resolve, timer } of pollWaiters.splice(0)) {
    clearTimeout(timer);
    resolve();
  }
}
