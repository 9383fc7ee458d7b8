import pMap from "p-map";
import type { Clock } from "../../lambda/ports.ts";
import { isInterruption } from "../aws/end-calls.ts";
import type { Queue } from "../aws/queue.ts";
import { inBatches, retryMs } from "./batches.ts";

/** How long a message stays hidden at a time: after a killed run it is visible again within these seconds. */
export const leaseSeconds = 30;
/** A lease with less time left than this is extended: early enough for several attempts, and no call more than needed. */
const extendBelowMs = 14_000;
/** A lease must last at least this long before its message is worked on. */
const safeMs = 10_000;
const checkEveryMs = 2_000;
const concurrency = 8;
const maxDeleteAttempts = 3;
/** Why a message that is not leased any more was not deleted. */
const leaseLost = "its lease was lost, and another consumer may have it";

interface Lease {
  receiptHandle: string;
  endsAt: number;
}

/** Called with how many have been released, of how many. */
type OnReleased = (done: number, total: number) => void;

/** The messages that a run keeps in flight, by message id. Leases are extended until `release`. */
export class MessageLease {
  readonly #queue: Queue;
  readonly #clock: Clock;
  readonly #leases = new Map<string, Lease>();
  readonly #ending = new AbortController();
  readonly #extending: Promise<void>;

  constructor(queue: Queue, clock: Clock) {
    this.#queue = queue;
    this.#clock = clock;
    this.#extending = this.#extendUntilReleased();
  }

  get size(): number {
    return this.#leases.size;
  }

  has(messageId: string): boolean {
    return this.#leases.has(messageId);
  }

  /** Adds a message that was requested at `askedAt`. A later receipt handle replaces the earlier one. */
  add(messageId: string, receiptHandle: string, askedAt: number): void {
    this.#leases.set(messageId, { receiptHandle, endsAt: askedAt + leaseSeconds * 1000 });
  }

  /** Makes sure that these messages stay hidden while they are worked on. Returns those that do. */
  async renew(messageIds: readonly string[]): Promise<ReadonlySet<string>> {
    const soon = this.#clock.now() + safeMs;
    const endsAt = (id: string) => this.#leases.get(id)?.endsAt;
    await this.#extend(messageIds.filter((id) => (endsAt(id) ?? soon) < soon));
    return new Set(messageIds.filter((id) => (endsAt(id) ?? 0) >= soon));
  }

  /**
   * Deletes messages from the queue. Returns those of which SQS has not confirmed it, each with the reason; `onError` is called with
   * the error of each call that failed as a whole.
   */
  async delete(
    messageIds: readonly string[],
    onError?: (error: unknown) => void,
  ): Promise<ReadonlyMap<string, string>> {
    const left = new Map<string, string>(messageIds.map((id) => [id, leaseLost]));
    await pMap(
      inBatches(messageIds),
      (batch) =>
        this.#deleteBatch(batch, left).catch((error) => {
          const { message } = error as Error;
          const why = isInterruption(error) ? `no answer (${message})` : message;
          for (const id of batch) if (this.#leases.has(id)) left.set(id, why);
          onError?.(error);
        }),
      { concurrency },
    );
    return left;
  }

  /** Ends the lease: makes everything visible. Returns how many messages stay hidden until their lease ends. */
  async release(onReleased?: OnReleased): Promise<number> {
    this.#ending.abort();
    await this.#extending;
    return this.releaseExcept(new Set(), onReleased);
  }

  /** Makes visible what is not worked on. Returns how many messages stay hidden until their lease ends. */
  async releaseExcept(messageIds: ReadonlySet<string>, onReleased?: OnReleased): Promise<number> {
    const released = [...this.#leases].filter(([messageId]) => !messageIds.has(messageId));
    for (const [messageId] of released) this.#leases.delete(messageId);
    let unreleased = 0;
    let done = 0;
    await pMap(
      inBatches(released),
      async (batch) => {
        const handles = batch.map(([, { receiptHandle }]) => receiptHandle);
        const answers = await this.#queue.changeVisibility(handles, 0).catch(() => []);
        unreleased += batch.filter((_, index) => {
          const answer = answers[index];
          return !answer?.isDone && !answer?.isPermanent;
        }).length;
        done += batch.length;
        onReleased?.(done, released.length);
      },
      { concurrency },
    );
    return unreleased;
  }

  async #extendUntilReleased(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await this.#clock.sleep(checkEveryMs, signal).catch(() => {});
      if (signal.aborted) return;
      const soon = this.#clock.now() + extendBelowMs;
      const ending: string[] = [];
      // No copy of what may be 100,000 leases, every two seconds.
      for (const [messageId, { endsAt }] of this.#leases) if (endsAt < soon) ending.push(messageId);
      await this.#extend(ending);
    }
  }

  /** A lease that SQS refuses to extend (12 hours have passed, or another consumer has the message) is dropped. */
  async #extend(messageIds: readonly string[]): Promise<void> {
    await pMap(
      inBatches(messageIds),
      async (batch) => {
        const endsAt = this.#clock.now() + leaseSeconds * 1000;
        const leases = batch.flatMap((id) => {
          const lease = this.#leases.get(id);
          return lease ? [{ id, lease }] : [];
        });
        if (leases.length === 0) return;
        const handles = leases.map(({ lease }) => lease.receiptHandle);
        // A call that fails as a whole is repeated at the next check, until the lease has run out.
        const answers = await this.#queue.changeVisibility(handles, leaseSeconds).catch(() => []);
        for (const [index, { id, lease }] of leases.entries()) {
          const answer = answers[index];
          if (answer?.isDone) lease.endsAt = endsAt;
          else if (answer?.isPermanent && this.#leases.get(id) === lease) this.#leases.delete(id);
        }
      },
      { concurrency },
    );
  }

  /** Takes from `undeleted` what is gone, and says there why the rest is not. */
  async #deleteBatch(batch: readonly string[], undeleted: Map<string, string>): Promise<void> {
    let left = batch;
    for (let attempt = 1; left.length > 0 && attempt <= maxDeleteAttempts; attempt++) {
      if (attempt > 1) await this.#clock.sleep(retryMs(attempt));
      const leased = left.flatMap((id) => {
        const lease = this.#leases.get(id);
        return lease ? [{ id, lease }] : [];
      });
      if (leased.length === 0) return;
      const answers = await this.#queue.delete(leased.map(({ lease }) => lease.receiptHandle));
      for (const [index, { id }] of leased.entries()) {
        const answer = answers[index];
        if (answer?.isDone) {
          undeleted.delete(id);
          this.#leases.delete(id);
        } else undeleted.set(id, answer ? `${answer.code}: ${answer.message}` : "Unconfirmed");
      }
      left = leased.flatMap(({ id }) => (undeleted.has(id) ? [id] : []));
    }
  }
}
