/** Ends a run that would only do more harm. The first reason counts. */
export type StopRun = (why: string) => void;

/** How a run ends early: by its signal, or because it stops itself. */
export interface Stopper {
  /** Aborted by either. */
  readonly signal: AbortSignal;
  readonly stop: StopRun;
  /** Why the run has stopped itself. */
  readonly stopped: string | undefined;
}

export function createStopper(signal: AbortSignal): Stopper {
  const stopping = new AbortController();
  let stopped: string | undefined;
  return {
    signal: AbortSignal.any([signal, stopping.signal]),
    stop(why) {
      stopped ??= why;
      stopping.abort();
    },
    get stopped() {
      return stopped;
    },
  };
}
