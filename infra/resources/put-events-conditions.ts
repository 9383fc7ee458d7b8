/**
 * Limits `events:PutEvents` to these detail-types, and to these sources if they are given. IAM documents both keys as
 * multivalued, and nothing documents whether EventBridge judges the entries of a call one by one or together. This is right
 * either way: `ForAllValues` holds if every entry matches. It would also hold if a key were absent, which `Null` rules out.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html#amazoneventbridge-policy-keys
 */
export function putEventsConditions(
  detailTypes: readonly string[],
  sources?: readonly string[],
): Record<string, Record<string, string | readonly string[]>> {
  const keys = {
    "events:detail-type": unwrapped(detailTypes),
    ...(sources && { "events:source": unwrapped(sources) }),
  };
  const present = Object.keys(keys).map((key) => [key, "false"] as const);
  return { "ForAllValues:StringEquals": keys, Null: Object.fromEntries(present) };
}

/** A list of one as its element: policies are limited in length. */
function unwrapped(values: readonly string[]): string | readonly string[] {
  const [only, ...others] = values;
  return only !== undefined && others.length === 0 ? only : values;
}
