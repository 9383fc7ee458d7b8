import { createLetterSpool, type LetterSpool } from "../../operate/files/letter-spool.ts";
import type { DeadLetter } from "../../operate/letters/letter.ts";
import { readLetter } from "../../operate/letters/read-letter.ts";
import { type Session, withLetters } from "../../operate/session.ts";
import type { Reading } from "../protocol/now.ts";
import type { Freshness } from "../protocol/overview.ts";
import type { CommandLine } from "../protocol/session.ts";
import { indexLetter } from "./indexed-letter.ts";
import { LetterIndex } from "./letter-index.ts";

/** The dead-letter queue as it was when it was read: the bodies on the disk, the rest in memory. */
export interface QueueSnapshot {
  readonly index: LetterIndex;
  readonly freshness: Freshness;
  readonly retentionMs: number;
  /** The whole letter, from the disk; undefined if it is not there. */
  letter(id: string): DeadLetter | undefined;
}

/** Reads the dead-letter queue when somebody asks for it. All letters are visible again as soon as it has been read. */
export class QueueReader implements Disposable {
  readonly #session: Session;
  readonly #commandLine: CommandLine;
  #reading: Reading | undefined;
  #snapshot: (QueueSnapshot & Disposable) | undefined;

  constructor(session: Session, commandLine: CommandLine) {
    this.#session = session;
    this.#commandLine = commandLine;
  }

  /** Undefined until the queue has been read once. */
  get snapshot(): QueueSnapshot | undefined {
    return this.#snapshot;
  }

  /** The reading under way, or the last one. */
  get reading(): Reading | undefined {
    return this.#reading;
  }

  get isReading(): boolean {
    return this.#reading?.state === "reading";
  }

  /** Begins to read, unless a reading is under way. `whenDone` resolves at its end and never rejects. */
  async start(): Promise<{ readonly reading: Reading; readonly whenDone: Promise<void> }> {
    const { clock } = this.#session;
    if (this.#reading && this.isReading) return { reading: this.#reading, whenDone: Promise.resolve() };
    const startedAt = clock.now();
    const reading: Reading = {
      state: "reading",
      startedAt,
      seen: 0,
      expected: 0,
      commandLine: this.#commandLine,
    };
    this.#reading = reading;
    try {
      const { visible, inFlight, delayed } = await this.#session.deadLetterQueue().counts();
      this.#update({ expected: visible + inFlight + delayed });
    } catch (error) {
      this.#update({ state: "failed", endedAt: clock.now(), error: (error as Error).message });
      throw error;
    }
    return { reading: this.#reading, whenDone: this.#read() };
  }

  [Symbol.dispose](): void {
    this.#snapshot?.[Symbol.dispose]();
  }

  #update(change: Partial<Reading>): void {
    if (this.#reading) this.#reading = { ...this.#reading, ...change };
  }

  async #read(): Promise<void> {
    const { clock } = this.#session;
    const spool = createLetterSpool();
    const index = new LetterIndex();
    let seen = 0;
    const keep = (letter: DeadLetter) => {
      seen++;
      index.add(indexLetter(letter, spool.add(letter)));
      this.#update({ seen });
      return undefined;
    };
    try {
      const { mayBeMore, retentionMs } = await withLetters(this.#session, keep, async (found) => found);
      const readAt = clock.now();
      this.#snapshot?.[Symbol.dispose]();
      const freshness: Freshness = { source: "queue", readAt, mayBeMore };
      this.#snapshot = openSnapshot(index, spool, freshness, retentionMs, this.#session);
      this.#update({ state: "done", endedAt: readAt, seen, mayBeMore });
    } catch (error) {
      spool[Symbol.dispose]();
      this.#update({ state: "failed", endedAt: clock.now(), error: (error as Error).message });
    }
  }
}

function openSnapshot(
  index: LetterIndex,
  spool: LetterSpool,
  freshness: Freshness,
  retentionMs: number,
  { deployment }: Session,
): QueueSnapshot & Disposable {
  return {
    index,
    freshness,
    retentionMs,
    letter(id) {
      const slot = index.get(id)?.slot;
      return slot && readLetter(spool.read(slot), deployment.instances);
    },
    [Symbol.dispose]: () => spool[Symbol.dispose](),
  };
}
