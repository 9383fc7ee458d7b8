/** A signal that ends with the given one, and `ms` milliseconds from now at the latest. */
export function within(ms: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(ms)]);
}
