import type { PutEventsRequestEntry, PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import type { EventBridgeError } from "./eventbridge-error.ts";

/** One way in which a PutEvents call goes wrong. */
export type PutEventsFault =
  /** These entries (by index) are refused, the others taken; the call answers 200. */
  | { readonly kind: "entries"; readonly failures: ReadonlyMap<number, PutEventsResultEntry> }
  /** Nothing is taken. */
  | { readonly kind: "error"; readonly error: EventBridgeError }
  /** Everything is taken, and the answer is an error all the same. */
  | { readonly kind: "lost-answer"; readonly error: EventBridgeError }
  /** Nothing is taken, and no answer comes. */
  | { readonly kind: "hang" };

/** Says what happens to a call; undefined leaves it alone. */
export type PutEventsFaults = (entries: readonly PutEventsRequestEntry[]) => PutEventsFault | undefined;
