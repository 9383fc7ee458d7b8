import type { TokenSemantics } from "../../local/services/connect/world/client-tokens.ts";
import type { PlannedResolve } from "./planned-resolve.ts";

/** Faults by the point where they occur; a plan gives each a rate, its probability at each occasion. */
export const faultsAt = {
  transfer: [
    "error",
    "unreadable",
    "reset",
    "reset after",
    "answer lost",
    "request lost",
    "late",
    "broken answer",
    "refusal with status 500",
    "expired credentials",
    "empty answer",
    "slow",
    "crash before",
    "crash after",
  ],
  publish: [
    "refused",
    "throttled",
    "denied",
    "denied entries",
    "partial",
    "short answer",
    "answer lost",
    "hangs",
    "crash before",
    "crash after",
  ],
  deadLetter: [
    "refused",
    "denied",
    "key disabled",
    "partial",
    "invalid",
    "invalid attributes",
    "answer lost",
    "hangs",
    "crash before",
    "crash after",
  ],
  enqueue: ["refused", "denied", "partial", "answer lost", "hangs", "crash before", "crash after"],
  visibility: ["refused", "answer lost", "hangs", "crash before", "crash after"],
  read: [
    "error",
    "throttled",
    "denied",
    "not found",
    "invalid",
    "incomplete",
    "answer lost",
    "hangs",
    "crash before",
    "crash after",
  ],
  delivery: [
    "duplicate",
    "duplicate with the same count",
    "late invocation",
    "not deleted",
    "fresh instance",
    "stale socket",
    "slow start",
  ],
} as const;
export type FaultPoint = keyof typeof faultsAt;

/** All faults, by their keys in a plan's rates. */
export const faultByKey: ReadonlyMap<string, { readonly point: FaultPoint; readonly name: string }> = new Map(
  Object.entries(faultsAt).flatMap(([point, names]) =>
    names.map((name) => [`${point} ${name}`, { point: point as FaultPoint, name }] as const),
  ),
);
export type FaultAt<P extends FaultPoint> = (typeof faultsAt)[P][number] | "none";
export type Rates = Readonly<Record<string, number>>;

export type MessageKind =
  | "plain"
  | "to user"
  | "flow decides"
  | "by ARNs"
  | "twin"
  | "same event twice"
  | "metadata refused"
  | "same intentId, other queue"
  | "not JSON"
  | "misspelt"
  | "odd members"
  | "too deep"
  | "too large"
  | "foreign instance"
  | "queue not allowed"
  | "expires soon"
  | "old"
  | "ends soon"
  | "ended"
  | "transferred 11 times"
  | "missing contact"
  | "flow comes later"
  | "voice";

export interface PlannedMessage {
  readonly kind: MessageKind;
  readonly sentAfterMs: number;
  /** How the intent arrives: through the queue, or directly as the function's event. */
  readonly via: "queue" | "event";
  /** Receives of earlier days. */
  readonly receivesBefore: number;
  readonly hasIntentId: boolean;
  readonly hasTime: boolean;
}

/** For some time, a service is unavailable or denies requests, Connect is full, or other callers use its quota. */
export interface PlannedTrouble {
  readonly what: "outage" | "denied" | "no room" | "others" | "bus out" | "bus denied" | "SQS out";
  readonly fromMs: number;
  readonly forMs: number;
}

export interface PlannedReplay {
  readonly how: "tool" | "redrive" | "renewed" | "broken";
  readonly afterMs: number;
  /** The tool dies before it deletes the dead letter, which can be replayed again. */
  readonly isRepeated: boolean;
}

/** The clock of an instance is set, forward or back. */
export interface PlannedClockStep {
  readonly afterMs: number;
  readonly byMs: number;
}

/** Everything that a schedule depends on, as data, so that a failing one can be shrunk. */
export interface Plan {
  readonly seed: number;
  readonly semantics: TokenSemantics;
  /** Direct delivery: the function enqueues events that it cannot finish, and its concurrency is reserved. */
  readonly isDirect: boolean;
  readonly isShadow: boolean;
  readonly originalEndsAfterMs: number;
  readonly transfersPerSecond: number;
  readonly maxConcurrency: number;
  readonly batchSize: number;
  readonly retryForMs: number;
  readonly maxIntentAgeMs: number;
  readonly notFoundGraceMs: number;
  readonly quotaPerSecond: number;
  readonly chaosForMs: number;
  readonly skewMs: number;
  readonly rates: Rates;
  readonly messages: readonly PlannedMessage[];
  readonly troubles: readonly PlannedTrouble[];
  readonly replays: readonly PlannedReplay[];
  readonly clockSteps: readonly PlannedClockStep[];
  /** Whether Connect is read before an effect is published as unknown. @default it is not */
  readonly resolve?: PlannedResolve;
}

/** One message and no faults, unless a test overrides them. */
export function quietPlan(overrides: Partial<Plan> = {}): Plan {
  return {
    seed: 1,
    semantics: "dedupe",
    isDirect: false,
    isShadow: false,
    originalEndsAfterMs: 0,
    transfersPerSecond: 2,
    maxConcurrency: 2,
    batchSize: 10,
    retryForMs: hours,
    maxIntentAgeMs: 24 * hours,
    notFoundGraceMs: 10_000,
    quotaPerSecond: 2,
    chaosForMs: 3 * minutes,
    skewMs: 0,
    rates: {},
    messages: [quietMessage()],
    troubles: [],
    replays: [],
    clockSteps: [],
    ...overrides,
  };
}

export function quietMessage(overrides: Partial<PlannedMessage> = {}): PlannedMessage {
  return {
    kind: "plain",
    sentAfterMs: 0,
    via: "queue",
    receivesBefore: 0,
    hasIntentId: true,
    hasTime: true,
    ...overrides,
  };
}

const minutes = 60_000;
const hours = 60 * minutes;
