import type { Clock } from "../../lambda/ports.ts";
import type { Queue } from "../aws/queue.ts";
import { forEachAtOnce, inBatches } from "./batches.ts";

/** For how long a message is hidden at a time: what a killed run leaves hidden is back within it. */
export const holdSeconds = 30;
/** A hold with less time left than this is extended. */
const extendBelowMs = 18_000;
/** Before a message is worked on, its hold must last at least this long. */
const safeMs = 10_000;
const checkEveryMs = 2_000;
const maxCallsAtOnce = 8;
const maxDeleteAttempts = 3;

interface Hold {
  receiptHandle: string;
  endsAt: number;
}

/** The messages that a run keeps to itself, by message id. */
export class LetterHold {
  readonly #queue: Queue;
  readonly #clock: Clock;
  readonly #holds = new Map<string, Hold>();
  readonly #ending = new AbortController();
  readonly #keeping: Promise<void>;

  constructor(queue: Queue, clock: Clock) {
    this.#queue = queue;
    this.#clock = clock;
    this.#keeping = this.#keep();
  }

  get size(): number {
    return this.#holds.size;
  }

  has(messageId: string): boolean {
    return this.#holds.has(messageId);
  }

  /** Takes a message that was asked for at `askedAt`. A later receipt handle replaces the earlier. */
  take(messageId: string, receiptHandle: string, askedAt: number): void {
    const endsAt = askedAt + holdSeconds * 1000;
    const held = this.#holds.get(messageId);
    if (held) Object.assign(held, { receiptHandle, endsAt });
    else this.#holds.set(messageId, { receiptHandle, endsAt });
  }

  /** Makes sure that these messages stay hidden while they are worked on; says which do. */
  async secure(messageIds: readonly string[]): Promise<ReadonlySet<string>> {
    const soon = this.#clock.now() + safeMs;
    await this.#extend(messageIds.filter((id) => (this.#holds.get(id)?.endsAt ?? soon) < soon));
    return new Set(messageIds.filter((id) => (this.#holds.get(id)?.endsAt ?? 0) >= soon));
  }

  /** Deletes messages from the queue; says which could not be, and why. */
  async delete(messageIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const failures = new Map<string, string>();
    for (const batch of inBatches(messageIds.filter((id) => this.#holds.has(id)))) {
      await this.#deleteBatch(batch, failures);
    }
    return failures;
  }

  /** Gives everything back that is still held; says how much could not be and is back within 30 s by itself. */
  async release(): Promise<number> {
    this.#ending.abort();
    await this.#keeping;
    let unreleased = 0;
    await forEachAtOnce(inBatches([...this.#holds.values()]), maxCallsAtOnce, async (batch) => {
      const handles = batch.map(({ receiptHandle }) => receiptHandle);
      const answers = await this.#queue.changeVisibility(handles, 0).catch(() => []);
      unreleased += batch.length - answers.filter(({ isDone }) => isDone).length;
    });
    this.#holds.clear();
    return unreleased;
  }

  async #keep(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await this.#clock.sleep(checkEveryMs, signal).catch(() => {});
      if (signal.aborted) return;
      const soon = this.#clock.now() + extendBelowMs;
      const ending = [...this.#holds].filter(([, { endsAt }]) => endsAt < soon);
      await this.#extend(ending.map(([messageId]) => messageId));
    }
  }

  /** A hold that SQS does not extend (12 hours are over, another has the message) is given up. */
  async #extend(messageIds: readonly string[]): Promise<void> {
    await forEachAtOnce(inBatches(messageIds), maxCallsAtOnce, async (batch) => {
      const endsAt = this.#clock.now() + holdSeconds * 1000;
      const held = batch.flatMap((id) => {
        const hold = this.#holds.get(id);
        return hold ? [{ id, hold, receiptHandle: hold.receiptHandle }] : [];
      });
      if (held.length === 0) return;
      const handles = held.map(({ receiptHandle }) => receiptHandle);
      // A call that fails as a whole is made again at the next check, until the hold has run out.
      const answers = await this.#queue.changeVisibility(handles, holdSeconds).catch(() => []);
      for (const [index, { id, hold }] of held.entries()) {
        const answer = answers[index];
        if (answer?.isDone) hold.endsAt = endsAt;
        else if (answer?.isPermanent) this.#holds.delete(id);
      }
    });
  }

  async #deleteBatch(batch: readonly string[], failures: Map<string, string>): Promise<void> {
    let left = batch;
    for (let attempt = 1; left.length > 0; attempt++) {
      const handles = left.map((id) => this.#holds.get(id)?.receiptHandle ?? "");
      const answers = await this.#queue.delete(handles);
      const failed = left.filter((_, index) => !answers[index]?.isDone);
      for (const id of left) if (!failed.includes(id)) this.#holds.delete(id);
      if (attempt === maxDeleteAttempts) {
        for (const id of failed) {
          const answer = answers[left.indexOf(id)];
          failures.set(id, answer && !answer.isDone ? `${answer.code}: ${answer.message}` : "Unconfirmed");
        }
        return;
      }
      left = failed;
    }
  }
}
