import type { SQSMessageAttributes, SQSRecord } from "aws-lambda";
import type { Clock } from "../../lambda/ports.ts";

export interface QueueOptions {
  readonly clock: Clock;
  readonly visibilityTimeoutMs: number;
  /** After this many receives a message goes to the dead-letter queue instead. */
  readonly maxReceiveCount: number;
}

export interface SendOptions {
  readonly attributes?: SQSMessageAttributes;
  readonly delaySeconds?: number;
  /** The tenant of a fair queue. Each message without one is a tenant of its own. */
  readonly messageGroupId?: string;
}

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: SQSMessageAttributes;
  readonly messageGroupId?: string;
  readonly order: number;
  readonly sentAt: number;
  firstReceivedAt?: number;
  lastReceivedAt?: number;
  receiveCount: number;
  visibleAt: number;
}

/** An explicit reason: without one, every wake would create an exception with a stack. */
const woken = "woken";

/** What the queue knows of a tenant. */
interface Group {
  lastSentAt: number;
  inFlight: number;
}

/** A tenant is noisy above this share of the time that consumers have lately spent on messages. */
const noisyShare = 0.1;
/** A tenant that has sent nothing for so long is quiet; SQS does not say how recent the time of consumers is. */
const recentMs = 300_000;

/** A receive waits at most this long for a message. */
const longPollMs = 20_000;

/**
 * A standard queue of SQS in memory: visibility, receive counts and the redrive policy. Messages are ordered by when they
 * became visible; there are no duplicates, and no call is slow or fails. Messages with a group make it a fair queue: those
 * of noisy groups come after all others. Noise is measured by processing time alone; SQS's second measure takes 30 messages of
 * a group in flight.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 */
export class QueueModel {
  readonly #options: QueueOptions;
  readonly #messages = new Map<string, Message>();
  /** The same messages in the order in which they become visible. */
  readonly #byVisibility: Message[] = [];
  readonly #deadLetters: string[] = [];
  /** Receives that wait, with when each looks again by itself. */
  readonly #pollers = new Map<AbortController, number>();
  readonly #groups = new Map<string, Group>();
  /** The time that consumers have spent on messages, the oldest first. */
  readonly #processed: { readonly group?: string; readonly at: number; readonly ms: number }[] = [];
  #sent = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Messages that are neither deleted nor dead-lettered, those in flight included. */
  get size(): number {
    return this.#messages.size;
  }

  /** The figures of CloudWatch's queue metrics. */
  counts(): { readonly visible: number; readonly inFlight: number; readonly oldestAgeMs: number } {
    const now = this.#options.clock.now();
    const messages = [...this.#messages.values()];
    const visible = messages.filter(({ visibleAt }) => visibleAt <= now).length;
    const oldestAgeMs = Math.max(0, ...messages.map(({ sentAt }) => now - sentAt));
    return { visible, inFlight: messages.length - visible, oldestAgeMs };
  }

  /** Bodies moved by the redrive policy. */
  get deadLetters(): readonly string[] {
    return this.#deadLetters;
  }

  send(body: string, { attributes = {}, delaySeconds = 0, messageGroupId }: SendOptions = {}): void {
    const now = this.#options.clock.now();
    const order = ++this.#sent;
    const messageId = `message-${order}`;
    const visibleAt = now + delaySeconds * 1000;
    const message = {
      messageId,
      body,
      attributes,
      messageGroupId,
      order,
      sentAt: now,
      receiveCount: 0,
      visibleAt,
    };
    this.#messages.set(messageId, message);
    this.#byVisibility.splice(this.#positionOf(message), 0, message);
    if (messageGroupId !== undefined) {
      const inFlight = this.#groups.get(messageGroupId)?.inFlight ?? 0;
      this.#groups.set(messageGroupId, { lastSentAt: now, inFlight });
    }
    this.#wakePollers(visibleAt);
  }

  /** Up to `max` messages as soon as there is one; none after 20 s, or as soon as the signal aborts. */
  async receive(max: number, signal?: AbortSignal): Promise<SQSRecord[]> {
    const { clock } = this.#options;
    const endsAt = clock.now() + longPollMs;
    while (!signal?.aborted) {
      const records = this.#take(max);
      if (records.length > 0 || clock.now() >= endsAt) return records;
      const poller = new AbortController();
      const looksAgainAt = Math.min(this.#nextVisibleAt(), endsAt);
      this.#pollers.set(poller, looksAgainAt);
      const stop = () => poller.abort(woken);
      signal?.addEventListener("abort", stop);
      await clock.sleep(looksAgainAt - clock.now(), poller.signal).catch(() => {});
      signal?.removeEventListener("abort", stop);
      this.#pollers.delete(poller);
    }
    return [];
  }

  /** Counts from now, not from the receive. @throws if the receipt handle is not that of the last receive */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const visibleAt = this.#options.clock.now() + seconds * 1000;
    const message = this.#received(receiptHandle);
    this.#endProcessing(message);
    this.#hideUntil(visibleAt, message);
    this.#wakePollers(visibleAt);
  }

  /** @throws if the receipt handle is not that of the last receive */
  delete(receiptHandle: string): void {
    const message = this.#received(receiptHandle);
    this.#endProcessing(message);
    this.#remove(message);
  }

  #take(max: number): SQSRecord[] {
    const { clock, visibilityTimeoutMs, maxReceiveCount } = this.#options;
    const now = clock.now();
    const visible = this.#byVisibility.slice(0, this.#positionOf({ visibleAt: now, order: this.#sent + 1 }));
    const taken: Message[] = [];
    const noise = this.#noise();
    const noiseOf = ({ messageGroupId = "" }: Message) => noise.get(messageGroupId) ?? -1;
    if (noise.size > 0) visible.sort((a, b) => noiseOf(a) - noiseOf(b));
    for (const message of visible) {
      if (taken.length === max) break;
      if (message.receiveCount >= maxReceiveCount) {
        this.#remove(message);
        this.#deadLetters.push(message.body);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.lastReceivedAt = now;
      const group = this.#groupOf(message);
      if (group) group.inFlight += 1;
      this.#hideUntil(now + visibilityTimeoutMs, message);
      taken.push(message);
    }
    return taken.map(toRecord);
  }

  #groupOf({ messageGroupId = "" }: Message): Group | undefined {
    return this.#groups.get(messageGroupId);
  }

  /** A receive that times out does not count. */
  #endProcessing(message: Message): void {
    const group = this.#groupOf(message);
    if (this.#groups.size === 0 || message.lastReceivedAt === undefined) return;
    const at = this.#options.clock.now();
    this.#processed.push({ group: message.messageGroupId, at, ms: at - message.lastReceivedAt });
    message.lastReceivedAt = undefined;
    if (group) group.inFlight -= 1;
  }

  /** The noisy groups, with how many of their messages are in flight: the fewer, the sooner their next one comes. */
  #noise(): ReadonlyMap<string, number> {
    const now = this.#options.clock.now();
    while (this.#processed[0] && this.#processed[0].at < now - recentMs) this.#processed.shift();
    const total = this.#processed.reduce((sum, { ms }) => sum + ms, 0);
    const noisy = [...this.#groups].filter(([name, { lastSentAt }]) => {
      const own = this.#processed.reduce((sum, { group, ms }) => sum + (group === name ? ms : 0), 0);
      return now - lastSentAt < recentMs && own > noisyShare * total;
    });
    return new Map(noisy.map(([name, { inFlight }]) => [name, inFlight]));
  }

  #received(receiptHandle: string): Message {
    const [messageId = "", receiveCount] = receiptHandle.split("#");
    const message = this.#messages.get(messageId);
    if (message?.receiveCount !== Number(receiveCount))
      throw new Error(`${receiptHandle} is not the last receive`);
    return message;
  }

  #nextVisibleAt(): number {
    return this.#byVisibility[0]?.visibleAt ?? Number.POSITIVE_INFINITY;
  }

  #hideUntil(visibleAt: number, message: Message): void {
    this.#byVisibility.splice(this.#positionOf(message), 1);
    message.visibleAt = visibleAt;
    this.#byVisibility.splice(this.#positionOf(message), 0, message);
  }

  #remove(message: Message): void {
    this.#byVisibility.splice(this.#positionOf(message), 1);
    this.#messages.delete(message.messageId);
  }

  /** How many messages become visible before this one, found by bisection: a queue holds thousands for hours of virtual time. */
  #positionOf({ visibleAt, order }: Pick<Message, "visibleAt" | "order">): number {
    let [from, to] = [0, this.#byVisibility.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const other = this.#byVisibility[middle];
      if (!other) break;
      if (other.visibleAt < visibleAt || (other.visibleAt === visibleAt && other.order < order))
        from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #wakePollers(visibleAt: number): void {
    for (const [poller, looksAgainAt] of this.#pollers) if (visibleAt < looksAgainAt) poller.abort(woken);
  }
}

function toRecord(message: Message): SQSRecord {
  const { messageId, body, attributes, receiveCount, sentAt, firstReceivedAt } = message;
  return {
    messageId,
    receiptHandle: `${messageId}#${receiveCount}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(sentAt),
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      SenderId: "bench",
    },
    messageAttributes: attributes,
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:111122223333:intents",
    awsRegion: "us-east-1",
  };
}
