import type { Clock } from "../ports.ts";

/** Why one entry of a batch was not accepted. */
export interface EntryError {
  readonly name: string;
  /** The service refuses this entry however often it is sent. */
  readonly isPermanent: boolean;
}

/** An entry was not delivered in time. */
export class UndeliveredError extends Error {
  override readonly name = "UndeliveredError";
  readonly entryError: EntryError;
  constructor(entryError: EntryError) {
    super(entryError.name);
    this.entryError = entryError;
  }
}

export interface Batcher<T> {
  /** Resolves when the service has confirmed this entry. Rejects with UndeliveredError. */
  put(item: T): Promise<void>;
}

export interface BatcherOptions<T> {
  readonly maxCount: number;
  readonly maxBytes: number;
  bytesOf(item: T): number;
  /** Sends a batch and returns an error or undefined for each item, in order. Throws if the call itself failed. */
  send(items: readonly T[], signal: AbortSignal): Promise<readonly (EntryError | undefined)[]>;
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;

interface Waiter<T> {
  readonly item: T;
  readonly settle: (error: EntryError | undefined) => void;
}

/**
 * Sends entries in batches, one call at a time: entries of the same moment go together, and entries that arrive during a
 * call go with the next one. Each entry is confirmed on its own and retried alone while there is time, so that an entry
 * that makes the service refuse the whole call cannot hold up the others.
 */
export function createBatcher<T>(
  options: BatcherOptions<T>,
  signal: AbortSignal,
  clock: Clock,
  random: () => number,
): Batcher<T> {
  const waiting: Waiter<T>[] = [];
  let isSending = false;

  const sendWaiting = async () => {
    isSending = true;
    // Records that end at the same moment share a call.
    await clock.sleep(0);
    while (waiting.length > 0) {
      const batch = takeBatch(waiting, options);
      const errors = await sendBatch(
        batch.map(({ item }) => item),
        options,
        signal,
      );
      for (const [index, { settle }] of batch.entries()) settle(errors[index]);
    }
    isSending = false;
  };

  const once = (item: T) =>
    new Promise<EntryError | undefined>((settle) => {
      waiting.push({ item, settle });
      if (!isSending) void sendWaiting();
    });

  return {
    async put(item) {
      let error = await once(item);
      for (let pauseMs = firstPauseMs; error; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
        if (error.isPermanent || signal.aborted) throw new UndeliveredError(error);
        await pause(pauseMs * (0.5 + random() / 2), error);
        [error] = await sendBatch([item], options, signal);
      }
    },
  };

  async function pause(ms: number, error: EntryError) {
    try {
      await clock.sleep(ms, signal);
    } catch {
      throw new UndeliveredError(error);
    }
  }
}

function takeBatch<T>(waiting: Waiter<T>[], { maxCount, maxBytes, bytesOf }: BatcherOptions<T>): Waiter<T>[] {
  let count = 0;
  let bytes = 0;
  for (const { item } of waiting) {
    bytes += bytesOf(item);
    if (count === maxCount || (count > 0 && bytes > maxBytes)) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

async function sendBatch<T>(
  items: readonly T[],
  { send }: BatcherOptions<T>,
  signal: AbortSignal,
): Promise<readonly (EntryError | undefined)[]> {
  try {
    signal.throwIfAborted();
    return await send(items, signal);
  } catch (thrown) {
    return items.map(() => callError(thrown, items.length === 1));
  }
}

/** If a call with one entry is refused, the entry is at fault; with several, it could be any of them. */
function callError(thrown: unknown, isAlone: boolean): EntryError {
  const { name, $metadata, $retryable } = (thrown ?? {}) as {
    name?: string;
    $metadata?: { httpStatusCode?: number };
    $retryable?: unknown;
  };
  const status = $metadata?.httpStatusCode ?? 500;
  const isRefusal =
    status >= 400 && status < 500 && status !== 429 && !$retryable && !/throttl/i.test(name ?? "");
  return { name: name || "Error", isPermanent: isAlone && isRefusal };
}
