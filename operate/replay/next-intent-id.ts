/** The longest intentId that the contract allows. */
const maxLength = 128;

/**
 * The intentId of an intent that is wanted once more. It continues the old one: `order-4711` → `order-4711~2` → `~3`. It
 * is derived from the old one alone, so that repeating a killed run makes the same request.
 */
export function nextIntentId(intentId: string): string {
  const [, base = intentId, count = "1"] = /^(.+)~(\d{1,4})$/.exec(intentId) ?? [];
  const suffix = `~${Number(count) + 1}`;
  return base.slice(0, maxLength - suffix.length) + suffix;
}
