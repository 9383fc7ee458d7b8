import { type ReadonlySignal, type Signal, signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type ApiFailure, failureOf } from "./api.ts";

/** Something that is read from the server: what was read last stays while it is read again, and while that fails. */
export interface Loaded<T> {
  readonly value?: T;
  readonly failure?: ApiFailure;
  readonly isLoading: boolean;
  /** The key and version that the last reading which ended was for. */
  readonly readFor?: string;
}

/** Whether what is shown is what was asked for last. */
export type Readiness = "ready" | "loading" | "failed";

export interface Loader<T> {
  readonly state: ReadonlySignal<Loaded<T>>;
  /** As of this rendering: a new key or version is loading from the rendering on that brings it. */
  readonly readiness: Readiness;
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
  const wanted = `${key} ${version}`;
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
        state.value = { value, isLoading: false, readFor: wanted };
        connection.value = undefined;
      } catch (error) {
        if (own.signal.aborted) return;
        const failure = failureOf(error);
        if (failure.code === "NoServer" || failure.code === "NoSession") connection.value = failure;
        state.value = { ...state.value, failure, isLoading: false, readFor: wanted };
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
  const { isLoading, readFor, failure } = state.value;
  const isEnded = !isLoading && readFor === wanted;
  const readiness = isEnded ? (failure ? "failed" : "ready") : "loading";
  return { state, readiness, reload: () => again.current() };
}

/** The time, for ages: ticks every second while the page is visible. */
export const clock = signal(Date.now());
setInterval(() => {
  if (!document.hidden) clock.value = Date.now();
}, 1000);
