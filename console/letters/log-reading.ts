/**
 * Reads a log again and again, each time only what is new. Two readings at once are one, and none rejects: `error` has the
 * reason.
 */
export class LogReading {
  readonly #read: (lastReadAt: number | undefined, startedAt: number) => Promise<void>;
  readonly #now: () => number;
  #readAt: number | undefined;
  #reading: Promise<void> | undefined;
  #error: string | undefined;

  constructor(read: (lastReadAt: number | undefined, startedAt: number) => Promise<void>, now: () => number) {
    this.#read = read;
    this.#now = now;
  }

  /** When the last reading that succeeded began; undefined until one has. */
  get readAt(): number | undefined {
    return this.#readAt;
  }

  get isReading(): boolean {
    return this.#reading !== undefined;
  }

  /** Why the last reading failed. */
  get error(): string | undefined {
    return this.#error;
  }

  refresh(): Promise<void> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Resolves when nothing is being read. */
  async settled(): Promise<void> {
    await this.#reading;
  }

  async #readOnce(): Promise<void> {
    const startedAt = this.#now();
    try {
      await this.#read(this.#readAt, startedAt);
      this.#readAt = startedAt;
      this.#error = undefined;
    } catch (error) {
      this.#error = (error as Error).message;
    }
  }
}
