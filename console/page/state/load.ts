import { type ReadonlySignal, type Signal, signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type ApiFailure, failureOf } from "./api.ts";

/** Something that is read from the server: what was read last stays while it is read again, and while that fails. */
export interface Loaded<T> {
  readonly value?: T;
  readonly failure?: ApiFailure;
  readonly isLoading: boolean;
}

export interface Loader<T> {
  readonly state: ReadonlySignal<Loaded<T>>;
  reload(): void;
}

/** The last failure to reach the server, for the bar at the top. */
export const connection: Signal<ApiFailure | undefined> = signal(undefined);

/**
 * Reads when `key` changes, again when `version` does, and then every `everyMs` while the page is visible. What an older reading answers after a newer
 * one has begun is dropped.
 */
export function useLoad<T>(
  key: string | undefined,
  read: (signal: AbortSignal) => Promise<T>,
  everyMs?: number,
  version?: string | number,
): Loader<T> {
  const state = useSignal<Loaded<T>>({ isLoading: key !== undefined });
  const latest = useRef(read);
  latest.current = read;
  const shownKey = useRef(key);
  const again = useRef<() => void>(() => {});
  useEffect(() => {
    if (shownKey.current !== key) state.value = { isLoading: key !== undefined };
    shownKey.current = key;
    if (key === undefined) return;
    let current = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      clearTimeout(timer);
      current.abort();
      const own = new AbortController();
      current = own;
      state.value = { ...state.value, isLoading: true };
      try {
        const value = await latest.current(own.signal);
        if (own.signal.aborted) return;
        state.value = { value, isLoading: false };
        connection.value = undefined;
      } catch (error) {
        if (own.signal.aborted) return;
        const failure = failureOf(error);
        if (failure.code === "NoServer" || failure.code === "NoSession") connection.value = failure;
        state.value = { ...state.value, failure, isLoading: false };
      }
      schedule();
    };
    const schedule = () => {
      if (everyMs !== undefined && !document.hidden) timer = setTimeout(run, everyMs);
    };
    const onVisible = () => {
      if (!document.hidden && everyMs !== undefined) void run();
    };
    again.current = () => void run();
    document.addEventListener("visibilitychange", onVisible);
    void run();
    return () => {
      document.removeEventListener("visibilitychange", onVisible);
      clearTimeout(timer);
      current.abort();
    };
  }, [key, everyMs, version]);
  return { state, reload: () => again.current() };
}

/** The time, for ages: ticks every second while the page is visible. */
export const clock = signal(Date.now());
setInterval(() => {
  if (!document.hidden) clock.value = Date.now();
}, 1000);
