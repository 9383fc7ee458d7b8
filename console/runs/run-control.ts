/** How an operator steers a run: whoever works asks it before each step, and stops when `working` aborts. */
export class RunControl {
  readonly #cancelling = new AbortController();
  #working = new AbortController();
  #resumed: PromiseWithResolvers<void> | undefined;

  /** Aborted for good. */
  get cancelled(): AbortSignal {
    return this.#cancelling.signal;
  }

  /** Aborted by a pause too. A new one begins with each resumption. */
  get working(): AbortSignal {
    return AbortSignal.any([this.#working.signal, this.#cancelling.signal]);
  }

  get isPaused(): boolean {
    return this.#resumed !== undefined;
  }

  pause(): void {
    this.#resumed ??= Promise.withResolvers();
    this.#working.abort();
  }

  /** Goes on. Who only waits stops waiting. */
  resume(): void {
    this.#working.abort();
    this.#working = new AbortController();
    this.#resumed?.resolve();
    this.#resumed = undefined;
  }

  cancel(): void {
    this.#cancelling.abort();
    this.#resumed?.resolve();
  }

  /** Resolves at once unless the run is paused. */
  async untilResumed(): Promise<void> {
    await this.#resumed?.promise;
  }
}
