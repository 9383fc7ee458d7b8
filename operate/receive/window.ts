import type { Message } from "@aws-sdk/client-sqs";

/** At most this much of bodies and attributes is in a window: about a thousand letters of the size that the function accepts. */
const defaultMaxBytes = 8 * 1024 * 1024;

interface Kept {
  readonly message: Message;
  readonly sentAt: number;
  readonly bytes: number;
}

/** The oldest of the messages that it is offered, as many as fit. */
export class Window {
  readonly #maxLetters: number;
  readonly #maxBytes: number;
  #kept: Kept[] = [];
  #bytes = 0;
  #hasDroppedForSize = false;
  /** When the newest one was sent, once others were dropped: what is not older would be dropped too. */
  #newestAt: number | undefined;

  constructor(maxLetters: number, maxBytes = defaultMaxBytes) {
    this.#maxLetters = maxLetters;
    this.#maxBytes = maxBytes;
  }

  offer(message: Message): void {
    const sentAt = Number(message.Attributes?.SentTimestamp ?? 0);
    if (this.#newestAt !== undefined && sentAt >= this.#newestAt) return;
    const bytes = bytesOf(message);
    this.#kept.push({ message, sentAt, bytes });
    this.#bytes += bytes;
    // Twice the room before it is sorted: a message costs no more than a few comparisons.
    if (this.#kept.length >= 2 * this.#maxLetters || this.#bytes >= 2 * this.#maxBytes) this.#drop();
  }

  get isFull(): boolean {
    const hasDropped = this.#newestAt !== undefined;
    return hasDropped || this.#kept.length >= this.#maxLetters || this.#bytes >= this.#maxBytes;
  }

  /** Whether bytes, not the number of letters, were too many. */
  get hasDroppedForSize(): boolean {
    this.#drop();
    return this.#hasDroppedForSize;
  }

  /** The oldest first. Empties the window. */
  take(): Message[] {
    this.#drop();
    const messages = this.#kept.map(({ message }) => message);
    this.#kept = [];
    this.#bytes = 0;
    this.#newestAt = undefined;
    return messages;
  }

  #drop(): void {
    this.#kept.sort((a, b) => a.sentAt - b.sentAt);
    const oldest = this.#kept.slice(0, this.#maxLetters);
    let bytes = 0;
    // One message always fits.
    const end = oldest.findIndex((kept, index) => {
      bytes += kept.bytes;
      return index > 0 && bytes > this.#maxBytes;
    });
    this.#hasDroppedForSize ||= end >= 0;
    const kept = end < 0 ? oldest : oldest.slice(0, end);
    if (kept.length < this.#kept.length) this.#newestAt = kept.at(-1)?.sentAt;
    this.#kept = kept;
    this.#bytes = this.#kept.reduce((sum, kept) => sum + kept.bytes, 0);
  }
}

function bytesOf({ Body = "", MessageAttributes = {} }: Message): number {
  return Object.values(MessageAttributes).reduce(
    (sum, { StringValue = "", BinaryValue }) => sum + StringValue.length + (BinaryValue?.length ?? 0),
    Body.length,
  );
}
