/** How an operator steers a run: whoever works asks it before each step, and stops when `working` aborts. */
export class RunControl {
  readonly #cancelling = new AbortController();
  #working = new AbortController();
  #resumed: PromiseWithResolvers<void> | undefined;
  #waivers = 0;

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

  /** How often the operator went on while the run was not paused: it need not wait for what it waits for. */
  get waivers(): number {
    return this.#waivers;
  }

  pause(): void {
    this.#resumed ??= Promise.withResolvers();
    this.#working.abort();
  }

  /** Goes on after a pause; without one, whoever only waits stops waiting. */
  resume(): void {
    if (!this.isPaused) this.#waivers++;
    this.#working.abort();
    this.#working = new AbortController();
    this.#resumed?.resolve();
    this.#resumed = undefined;
  }

  cancel(): void {
    this.#cancelling.abort();
    this.#resumed?.resolve();
  }

  /** Resolves at once unless the run is paused. A cancelled run waits for nobody, even if it is paused later. */
  async untilResumed(): Promise<void> {
    if (!this.cancelled.aborted) await this.#resumed?.promise;
  }
}
