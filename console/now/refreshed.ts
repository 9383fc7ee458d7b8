/** A value that is read again when somebody asks for it and the last reading is older than `maxAgeMs`. */
export interface Refreshed<T> {
  /** At most `maxAgeMs` old, unless it could not be read. */
  get(): Promise<T>;
}

/** Two that ask at once share a reading. A reading that fails rejects, and the next one that asks tries again. */
export function refreshed<T>(read: () => Promise<T>, maxAgeMs: number, now: () => number): Refreshed<T> {
  let last: { readonly at: number; readonly value: Promise<T> } | undefined;
  return {
    get() {
      if (last && now() - last.at < maxAgeMs) return last.value;
      const value = read();
      last = { at: now(), value };
      value.catch(() => {
        if (last?.value === value) last = undefined;
      });
      return value;
    },
  };
}
