import type { Outcome } from "../../events/merge-outcomes.ts";
import type { ContactStep } from "../aws/contact-events.ts";
import type { Delivery } from "../aws/function-log.ts";
import type { DeadLetter } from "../letters/letter.ts";

/** What is known about an intent, or about all intents of a contact. */
export interface Trace {
  readonly outcomes: readonly Outcome[];
  readonly letters: readonly DeadLetter[];
  /** What the function has logged about deliveries. */
  readonly deliveries: readonly Delivery[];
  /** What Connect has announced of transferred contacts, with `contactEvents`. */
  readonly steps: readonly ContactStep[];
  /** Why the dead-letter queue may have more; undefined if all of it was seen. */
  readonly mayBeMore?: string;
}

/** One intent of a trace. Instants are milliseconds since 1970. */
export interface TracedIntent extends Omit<Trace, "mayBeMore" | "steps"> {
  /** The client token, or what else the parts have in common. */
  readonly key: string;
  readonly state: IntentState;
}

/** Where an intent is. */
export type IntentState =
  | { readonly kind: "succeeded"; readonly isShadow: boolean }
  | { readonly kind: "failed"; readonly isDeadLettered: boolean }
  /** A slot of the pace, which Connect's quota limits, is not free yet; or it is retried for another reason. */
  | ({ readonly kind: "waiting" | "retrying" } & Retried)
  /** The function's log knows its end, and the outcome log does not yet. */
  | { readonly kind: "ended"; readonly status: "succeeded" | "failed" };

export interface Retried {
  readonly reason: string;
  readonly error?: string;
  readonly since: number;
  readonly deliveries: number;
  /** The earliest instant of the next delivery. */
  readonly nextAt?: number;
}
