import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** A value as it was once it had stayed the same for so long: what is typed is not sent letter by letter. */
export function useDebounced<T>(value: T, ms: number): T {
  const settled = useSignal(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      settled.value = value;
    }, ms);
    return () => clearTimeout(timer);
  }, [value, ms, settled]);
  return settled.value;
}
