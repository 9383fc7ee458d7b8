import type { Message } from "@aws-sdk/client-sqs";

/** At most this much of bodies and attributes is in memory at a time. */
const defaultMaxBytes = 64 * 1024 * 1024;

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
  #hasDropped = false;

  constructor(maxLetters: number, maxBytes = defaultMaxBytes) {
    this.#maxLetters = maxLetters;
    this.#maxBytes = maxBytes;
  }

  offer(message: Message): void {
    const bytes = bytesOf(message);
    this.#kept.push({ message, sentAt: Number(message.Attributes?.SentTimestamp ?? 0), bytes });
    this.#bytes += bytes;
    // Twice the room before it is sorted: a message costs no more than a few comparisons.
    if (this.#kept.length >= 2 * this.#maxLetters || this.#bytes >= 2 * this.#maxBytes) this.#drop();
  }

  get isFull(): boolean {
    return this.#kept.length >= this.#maxLetters || this.#bytes >= this.#maxBytes;
  }

  /** Whether bytes, not the number of letters, were too many. */
  get hasDroppedForSize(): boolean {
    this.#drop();
    return this.#hasDropped;
  }

  /** The oldest first. Empties the window. */
  take(): readonly Message[] {
    this.#drop();
    const messages = this.#kept.map(({ message }) => message);
    this.#kept = [];
    this.#bytes = 0;
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
    this.#hasDropped ||= end >= 0;
    this.#kept = end < 0 ? oldest : oldest.slice(0, end);
    this.#bytes = this.#kept.reduce((sum, kept) => sum + kept.bytes, 0);
  }
}

function bytesOf({ Body = "", MessageAttributes = {} }: Message): number {
  return Object.values(MessageAttributes).reduce(
    (sum, { StringValue = "", BinaryValue }) => sum + StringValue.length + (BinaryValue?.length ?? 0),
    Body.length,
  );
}
