import { blame, type Fault, readThrown, type Service } from "../error-table.ts";
import type { Clock } from "../ports.ts";

/** Why one entry of a batch was not accepted. */
export interface EntryError {
  readonly name: string;
  /** `message`: the service refuses this entry however often it is sent. */
  readonly fault: Fault;
  /** The SDK has corrected its clock by this answer. */
  readonly isClock?: boolean;
}

/** The error of one entry in an answer of 200. */
export function entryError(service: Service, name = "Unconfirmed"): EntryError {
  return { name, fault: blame(service, name, "entry").fault };
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
  readonly service: Service;
  readonly maxCount: number;
  readonly maxBytes: number;
  bytesOf(item: T): number;
  /** Sends a batch and returns an error or undefined for each item, in order. Throws if the call itself failed. */
  send(items: readonly T[], signal: AbortSignal): Promise<readonly (EntryError | undefined)[]>;
  /** What is left of an entry that the service refuses for good; undefined if nothing is left to try. */
  reduce?(item: T): T | undefined;
}

/** Refusals of the caller and of the key last: after so many attempts the entry waits for its next delivery. */
const maxRefusals = 4;
const firstPauseMs = 100;
const longestPauseMs = 2_000;
/** No attempt starts later: a service that is out must not hold an instance, whose other records could be transferred. */
const longestPutMs = 5_000;

interface Waiter<T> {
  readonly item: T;
  readonly settle: (error: EntryError | undefined) => void;
}

/**
 * Sends entries in batches, one call at a time: entries of the same moment go together, and entries that arrive during a
 * call go with the next one. Each entry is confirmed on its own and retried alone while there is time, so that an entry
 * that makes the service refuse the whole call cannot hold up the others. An entry that is itself at fault is sent once more
 * in each reduced form. After a refusal because of the clock, which the SDK has corrected by it, the next attempt follows at once.
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

  /** Sends one entry until it is accepted or a further attempt is of no use. */
  const deliver = async (item: T): Promise<EntryError | undefined> => {
    const endsAt = clock.monotonic() + longestPutMs;
    let error = await once(item);
    let pauseMs = firstPauseMs;
    for (let attempts = 1; error && mayPass(error, attempts) && clock.monotonic() < endsAt; attempts++) {
      if (attempts === 1 && error.isClock) {
        error = await once(item);
        continue;
      }
      try {
        await clock.sleep(pauseMs * (0.5 + random() / 2), signal);
      } catch {
        return error;
      }
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      [error] = await sendBatch([item], options, signal);
    }
    return error;
  };

  return {
    async put(item) {
      for (let form = item; ; ) {
        const error = await deliver(form);
        if (!error) return;
        const reduced = error.fault === "message" ? options.reduce?.(form) : undefined;
        if (reduced === undefined) throw new UndeliveredError(error);
        form = reduced;
      }
    },
  };
}

function mayPass({ fault }: EntryError, attempts: number): boolean {
  if (fault === "message") return false;
  return fault === "service" || fault === "load" || attempts < maxRefusals;
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
  { send, service }: BatcherOptions<T>,
  signal: AbortSignal,
): Promise<readonly (EntryError | undefined)[]> {
  try {
    signal.throwIfAborted();
    return await send(items, signal);
  } catch (thrown) {
    return items.map(() => callError(service, thrown, items.length === 1));
  }
}

/** If a call with one entry is refused, the fault is known; with several it could be any of them, so each is tried alone. */
function callError(service: Service, thrown: unknown, isAlone: boolean): EntryError {
  const { name, httpStatus, isClockCorrected } = readThrown(thrown);
  const { fault, isClock } = blame(service, name, httpStatus);
  return {
    name,
    fault: isAlone ? fault : "service",
    isClock: isClock || isClockCorrected,
  };
}
