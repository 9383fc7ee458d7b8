import type { Failure } from "../lambda/refusal.ts";

/** What an intent truly is, whatever the processing code makes of it. Its request names it: no two share one. */
export interface Subject {
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

/** One message of the intent queue, or one event that came to the function itself. */
export interface Copy {
  readonly id: string;
  readonly subject: Subject;
  readonly isEvent: boolean;
  readonly sentAt: number;
  /** Receives that it had cost before the history begins. */
  readonly receivesBefore: number;
  /** When the first of its lives was sent, as far as its attributes know. */
  readonly firstSentAt: number;
  /** From when its age counts, and when it ends by its own wish or by the limit of renewed ones. */
  readonly bornAt: number;
  readonly expiresAt: number;
  /** What its attributes say of earlier lives. */
  readonly historySays: "nothing" | "none" | "unknown";
  /** The delivery whose dead letter was put back; "untold" where SQS moved the message itself and nothing tells it. */
  readonly parent?: { readonly copy: string; readonly delivery: number } | "untold";
}

/** One delivery of a copy. `count` is what SQS says, which can be the same for two deliveries. */
export interface Delivery {
  readonly number: number;
  readonly copy: string;
  readonly count?: number;
  readonly firstReceivedAt?: number;
}

export interface ToldOutcome {
  readonly isSuccess: boolean;
  readonly intentId?: string;
  readonly clientToken?: string;
  readonly messageId?: string;
  readonly request?: Subject["request"];
  readonly newContactId?: string;
  readonly failure?: Failure;
}

/** What happened, as the world saw it. `invocation` and `call` are numbers of their own. */
export type Happening =
  | {
      readonly what: "sent";
      readonly copy: Copy;
      readonly isReplayed?: "tool" | "redrive" | "renewed" | "broken";
    }
  | { readonly what: "received"; readonly deliveries: readonly Delivery[] }
  /** At least once: SQS gives a message in flight to another receiver too. */
  | { readonly what: "handed out again"; readonly copy: string }
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
      readonly what: "asked";
      readonly call: number;
      readonly invocation: number;
      readonly instance: number;
      readonly request: Subject["request"];
      readonly clientToken?: string;
      readonly fate: string;
    }
  | {
      readonly what: "moved";
      readonly call: number;
      readonly contactId: string;
      readonly newContactId: string;
    }
  | { readonly what: "answered"; readonly call: number; readonly answer: string }
  | { readonly what: "putting"; readonly call: number; readonly invocation: number; readonly fate: string }
  | {
      readonly what: "outcome stored" | "outcome confirmed";
      readonly call: number;
      readonly invocation: number;
      readonly outcome: ToldOutcome;
    }
  | {
      readonly what: "letter stored" | "letter confirmed";
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
      readonly what: "sending letters";
      readonly call: number;
      readonly invocation: number;
      readonly copies: readonly string[];
      readonly fate: string;
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
      readonly what: "line";
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
  | { readonly what: "moved by SQS"; readonly copy: string; readonly isEvent: boolean }
  | { readonly what: "dropped by retention"; readonly copy: string }
  | { readonly what: "world changed"; readonly change: string }
  | { readonly what: "healed" }
  | { readonly what: "ended"; readonly isDrained: boolean; readonly left: readonly string[] };

/** One numbered line of a history. */
export type Entry = Happening & { readonly at: number };

/** A history and what one must know to judge it. */
export interface History {
  readonly entries: readonly Entry[];
  readonly semantics: string;
  readonly settings: {
    readonly retryForMs: number;
    readonly maxIntentAgeMs: number;
    readonly requestsPerSecond: number;
  };
}
