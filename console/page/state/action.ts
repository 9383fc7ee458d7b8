import { type ReadonlySignal, useSignal } from "@preact/signals";
import { type ApiFailure, failureOf } from "./api.ts";

interface Action {
  /** Of the last work; undefined while it runs and once it has succeeded. */
  readonly failure: ReadonlySignal<ApiFailure | undefined>;
  perform(work: () => Promise<void>): Promise<void>;
}

/** Something that a person starts, and whose failure stands beside it. */
export function useAction(): Action {
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const perform = async (work: () => Promise<void>) => {
    failure.value = undefined;
    try {
      await work();
    } catch (error) {
      failure.value = failureOf(error);
    }
  };
  return { failure, perform };
}
