/** The filters of `dlq list`, without the dashes. A letter must match all; a filter with several values matches any of them. */
export const filterNames = [
  "cause",
  "message-id",
  "reason",
  "intent",
  "contact",
  "instance",
  "queue",
  "source",
  "older-than",
  "newer-than",
  "message",
  "where",
] as const;

export type FilterName = (typeof filterNames)[number];

/** Also the form of the address: `?reason=AccessDenied&older-than=2d`, repeated for several values. */
export type LetterFilter = { readonly [Name in FilterName]?: readonly string[] };

/** Which letters: chosen one by one, or all that match. Always from the queue. */
export type Selection =
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  | { readonly kind: "filter"; readonly filter: LetterFilter; readonly limit?: number };
