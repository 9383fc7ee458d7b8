import type { DeadLetter } from "../letters/letter.ts";
import type { MessageLease } from "./lease.ts";
import type { Received } from "./receive-letters.ts";

/** What a command keeps of each selected dead letter while it looks at the whole queue. */
export interface Sketch {
  readonly messageId: string;
  readonly sentAt: number;
  readonly reason: string;
}

export interface Selected<T> {
  /** The oldest first, within `limit`. */
  readonly sketches: readonly T[];
  readonly received: Received<T>;
  /** The reasons of all that are in the queue. */
  readonly reasons: ReadonlyMap<string, number>;
}

export interface Work {
  /** Which dead letters; the work is done when each has been handled. */
  readonly messageIds: Iterable<string>;
  /** Works on some of them, oldest first, while they are leased. Returns the ids that need not be received again. */
  readonly onLetters: (letters: readonly DeadLetter[], lease: MessageLease) => Promise<ReadonlySet<string>>;
  /** Ends the work after the letters under way. */
  readonly signal: AbortSignal;
}

/** Works on dead letters, as many at a time as fit a window. Returns the ids of those it never got hold of. */
export type WorkThrough = (work: Work) => Promise<ReadonlySet<string>>;
