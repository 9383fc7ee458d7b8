/** Longest identity that an intent may have. */
const maxLength = 128;

/**
 * The identity of an intent that is wanted once more: it remembers the old one, `order-4711` → `order-4711~2` → `~3`. It
 * follows from the old one alone, so that a run that was killed and is repeated asks for the same.
 */
export function nextIdentity(intentId: string): string {
  const [, base = intentId, count = "1"] = /^(.+)~(\d{1,4})$/.exec(intentId) ?? [];
  const suffix = `~${Number(count) + 1}`;
  return base.slice(0, maxLength - suffix.length) + suffix;
}
