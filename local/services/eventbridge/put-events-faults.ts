import type { PutEventsRequestEntry, PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import type { ServiceError } from "../service-error.ts";

export type PutEventsFault =
  /** These entries (by index) are rejected, the others accepted; the call answers 200. */
  | { readonly kind: "entries"; readonly failures: ReadonlyMap<number, PutEventsResultEntry> }
  /** Nothing is accepted. */
  | { readonly kind: "error"; readonly error: ServiceError }
  /** Everything is accepted, but the answer is an error. */
  | { readonly kind: "lost-answer"; readonly error: ServiceError }
  /** Nothing is accepted and nothing answered. */
  | { readonly kind: "hang" };

/** Chooses a call's fault, if any. */
export type PutEventsFaults = (entries: readonly PutEventsRequestEntry[]) => PutEventsFault | undefined;
