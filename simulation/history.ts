import type { Failure } from "../lambda/refusal.ts";

/** An intent as the world knows it, whatever the processing code makes of it. Its request identifies it. */
export interface TrueIntent {
  readonly number: number;
  readonly kind: "valid" | "invalid" | "notAllowed";
  readonly intentId: string;
  readonly request: {
    readonly contactId: string;
    readonly contactFlowId: string;
    readonly queueId?: string;
    readonly userId?: string;
  };
}

/** One message of the intent queue, or one event delivered directly to the function. */
export interface QueuedCopy {
  readonly id: string;
  readonly intent: TrueIntent;
  readonly isEvent: boolean;
  readonly sentAt: number;
  /** Receives before the history begins. */
  readonly receivesBefore: number;
  /** When its first life was sent, as far as its attributes know. */
  readonly firstSentAt: number;
  /** From when its age counts, and when it expires by its own `expiresAt` or the limit of renewed ones. */
  readonly ageStartsAt: number;
  readonly expiresAt: number;
  /** What its attributes say of earlier lives. */
  readonly historySays: "nothing" | "none" | "unknown";
  /** The delivery whose dead letter was replayed; "unrecorded" if SQS moved the message and no attribute says so. */
  readonly parent?: { readonly copy: string; readonly delivery: number } | "unrecorded";
}

/** One delivery of a copy. `count` is the receive count of SQS, which can be the same for two deliveries. */
export interface Delivery {
  readonly number: number;
  readonly copy: string;
  readonly count?: number;
  readonly firstReceivedAt?: number;
}

/** An outcome as a consumer of the bus reads it. */
export interface Outcome {
  readonly isSuccess: boolean;
  readonly intentId?: string;
  readonly clientToken?: string;
  readonly messageId?: string;
  readonly request?: TrueIntent["request"];
  readonly newContactId?: string;
  readonly failure?: Failure;
}

/** What happened, as the world saw it. Invocations and calls are numbered. */
export type HistoryEvent =
  | {
      readonly what: "sent";
      readonly copy: QueuedCopy;
      readonly isReplayed?: "tool" | "redrive" | "renewed" | "broken";
    }
  | { readonly what: "received"; readonly deliveries: readonly Delivery[] }
  /** At-least-once delivery: SQS gives a message in flight to another receiver too. */
  | { readonly what: "redelivered"; readonly copy: string }
  | {
      readonly what: "invoked";
      readonly invocation: number;
      readonly instance: number;
      readonly isFresh: boolean;
      readonly skewMs: number;
      readonly deadlineAt: number;
      readonly deliveries: readonly Delivery[];
    }
  | {
      readonly what: "requested";
      readonly call: number;
      readonly invocation: number;
      readonly instance: number;
      readonly request: TrueIntent["request"];
      readonly clientToken?: string;
      readonly fault: string;
    }
  | {
      readonly what: "transferred";
      readonly call: number;
      readonly contactId: string;
      readonly newContactId: string;
    }
  | { readonly what: "answered"; readonly call: number; readonly answer: string }
  | {
      readonly what: "publishing";
      readonly call: number;
      readonly invocation: number;
      readonly fault: string;
    }
  | {
      readonly what: "outcome stored" | "outcome confirmed";
      readonly call: number;
      readonly invocation: number;
      readonly outcome: Outcome;
    }
  | {
      readonly what: "dead letter stored" | "dead letter confirmed";
      readonly call: number;
      readonly invocation: number;
      readonly copy: string;
      readonly reason: string;
      readonly isBare: boolean;
      readonly effect?: string;
      /** Milliseconds since 1970. */
      readonly firstSentAt?: number;
    }
  | {
      readonly what: "sending dead letters";
      readonly call: number;
      readonly invocation: number;
      readonly copies: readonly string[];
      readonly fault: string;
    }
  | { readonly what: "hidden"; readonly invocation: number; readonly copy: string; readonly seconds: number }
  | {
      readonly what: "not hidden";
      readonly invocation: number;
      readonly copy: string;
      readonly seconds: number;
      readonly error: string;
    }
  | {
      readonly what: "logged";
      readonly invocation: number;
      readonly status: string;
      readonly reason?: string;
      readonly error?: string;
      readonly messageId?: string;
    }
  | { readonly what: "bug"; readonly invocation: number; readonly error: string }
  | {
      readonly what: "finished";
      readonly invocation: number;
      readonly returned: readonly string[];
      readonly threw?: string;
      readonly callsInFlight: number;
      readonly sleeping: number;
    }
  | { readonly what: "crashed" | "timed out"; readonly invocation: number }
  | {
      readonly what: "acknowledged";
      readonly invocation: number;
      readonly delivery: number;
      readonly copy: string;
      readonly isDeleted: boolean;
    }
  | { readonly what: "dead-lettered by AWS"; readonly copy: string; readonly isEvent: boolean }
  | { readonly what: "dropped by retention"; readonly copy: string }
  | { readonly what: "world changed"; readonly change: string }
  | { readonly what: "healed" }
  | { readonly what: "ended"; readonly isDrained: boolean; readonly left: readonly string[] };

/** One numbered line of a history. */
export type Entry = HistoryEvent & { readonly at: number };

/** A history and the settings by which it is judged. */
export interface History {
  readonly entries: readonly Entry[];
  readonly semantics: string;
  readonly settings: {
    readonly retryForMs: number;
    readonly maxIntentAgeMs: number;
    readonly requestsPerSecond: number;
  };
}
