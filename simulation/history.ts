import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { succeededDetailType } from "../events/detail-types.ts";
import type { Resolution, TransferFailed } from "../events/generated/contact-transfer-failed.ts";
import type { TransferSucceeded } from "../events/generated/contact-transfer-succeeded.ts";
import type { Failure } from "../lambda/refusal.ts";
import type { ResolveSettings } from "../lambda/settings.ts";
import type { OtherMover } from "../local/services/connect/world/connect-world.ts";
import type { PlannedKin } from "./plan/planned-resolve.ts";

/** An intent as the world knows it, independent of the processing code. Its request identifies it. */
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
  /** No such contact exists. */
  readonly isContactMissing?: true;
  /** When it was requested; undefined if another message may ask for the same, because of its `intentId` or without `time`. */
  readonly requestedAt?: number;
}

/** One message of the intent queue, or one event delivered directly to the function. */
export interface QueuedCopy {
  readonly id: string;
  readonly intent: TrueIntent;
  readonly isEvent: boolean;
  readonly sentAt: number;
  /** Receives before the history begins. */
  readonly receivesBefore: number;
  /** When the intent was first sent, as far as its attributes say. */
  readonly firstSentAt: number;
  /** From when its age counts, and when it expires by its own `expiresAt` or the limit of renewed ones. */
  readonly ageStartsAt: number;
  readonly expiresAt: number;
  /** Whether its body has metadata, and whether EventBridge would accept an outcome with it. */
  readonly metadata: "none" | "fine" | "refused";
  /** Connect's answer to an earlier delivery, if its attributes have one. */
  readonly carries?: "transferred" | "refused";
  /** Its attributes say that it is asked for the last time, because Connect did not find what it names. */
  readonly isLastAsk?: true;
  /** Its attributes say that nothing was requested since, and that it waits for what Connect's reads show. */
  readonly waitsSince?: number;
  /** What its attributes say about earlier deliveries. */
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
  readonly isShadow: boolean;
  readonly metadata: "none" | "present" | "left out";
  readonly failure?: Failure;
  /** A success that Connect's reads have shown. */
  readonly isObserved?: boolean;
  /** What Connect's reads show. */
  readonly resolution?: Resolution;
}

/** The events of a history by name, as the world saw them. Invocations and calls are numbered. */
interface HistoryEvents {
  sent: { copy: QueuedCopy; isReplayed?: "tool" | "redrive" | "renewed" | "broken" };
  received: { deliveries: readonly Delivery[] };
  /** At-least-once delivery: SQS delivers a message in flight to another receiver too. */
  redelivered: { copy: string };
  invoked: {
    invocation: number;
    instance: number;
    isFresh: boolean;
    skewMs: number;
    /** When Lambda ends it, and how much later its runtime says (or earlier, if negative). */
    deadlineAt: number;
    misledByMs: number;
    deliveries: readonly Delivery[];
  };
  requested: {
    call: number;
    invocation: number;
    instance: number;
    request: TrueIntent["request"];
    clientToken?: string;
    fault: string;
  };
  transferred: { call: number; contactId: string; newContactId: string };
  answered: { call: number; answer: string };
  /** A read of Connect. */
  read: {
    call: number;
    invocation: number;
    operation: "DescribeContact" | "ListAssociatedContacts";
    contactId: string;
    fault: string;
  };
  "read answered": { call: number; answer: string };
  /** Somebody else moves a contact. */
  "moved by another": { contactId: string; newContactId: string; by: OtherMover; queueId: string };
  /** A contact joins the tree of another one, without taking its place. */
  "kin added": { contactId: string; newContactId: string; kin: PlannedKin["what"] };
  publishing: { call: number; invocation: number; fault: string };
  "outcome stored": OutcomeCall;
  "outcome confirmed": OutcomeCall;
  "sending dead letters": { call: number; invocation: number; copies: readonly string[]; fault: string };
  "dead letter stored": DeadLetterCall;
  "dead letter confirmed": DeadLetterCall;
  enqueuing: { call: number; invocation: number; copies: readonly string[]; fault: string };
  /** A message of the same intent; `claimedAt`: when its history says that the intent was first sent. */
  enqueued: {
    call: number;
    invocation: number;
    copy: QueuedCopy;
    claimedAt?: number;
    delaySeconds: number;
  };
  "not enqueued": { call: number; invocation: number; error: string };
  "enqueue confirmed": { call: number; invocation: number; copy: string; delivery: number };
  hidden: { invocation: number; copy: string; seconds: number };
  "not hidden": { invocation: number; copy: string; seconds: number; error: string };
  logged: {
    invocation: number;
    status: string;
    reason?: string;
    error?: string;
    messageId?: string;
    enqueued?: true;
  };
  bug: { invocation: number; error: string };
  finished: {
    invocation: number;
    returned: readonly string[];
    threw?: string;
    callsInFlight: number;
    sleeping: number;
  };
  crashed: { invocation: number };
  "timed out": { invocation: number };
  acknowledged: { invocation: number; delivery: number; copy: string; isDeleted: boolean };
  "dead-lettered by AWS": { copy: string; isEvent: boolean };
  "dropped by retention": { copy: string };
  "world changed": { change: string };
  "clock stepped": { instance: number; byMs: number; skewMs: number };
  healed: object;
  ended: { isDrained: boolean; left: readonly string[] };
}

interface OutcomeCall {
  call: number;
  invocation: number;
  outcome: Outcome;
}

interface DeadLetterCall {
  call: number;
  invocation: number;
  copy: string;
  reason: string;
  isBare: boolean;
  /** Its failure contains only what a replay needs. */
  isReduced: boolean;
  effect?: string;
  /** Milliseconds since 1970. */
  firstSentAt?: number;
}

export type HistoryEvent = {
  [What in keyof HistoryEvents]: Readonly<{ what: What } & HistoryEvents[What]>;
}[keyof HistoryEvents];

/** One numbered line of a history. */
export type Entry = HistoryEvent & { readonly at: number };
/** The entries with one of these names. */
export type EntryOf<What extends HistoryEvent["what"]> = Extract<Entry, { what: What }>;

/** A history and the settings by which it is judged. */
export interface History {
  readonly entries: readonly Entry[];
  readonly semantics: string;
  readonly settings: {
    readonly retryForMs: number;
    readonly maxIntentAgeMs: number;
    readonly notFoundGraceMs: number;
    /** The pace of one instance, and of the whole function with this many concurrent invocations. */
    readonly requestsPerSecond: number;
    readonly transfersPerSecond: number;
    readonly maxConcurrency: number;
    readonly isShadow?: boolean;
    readonly enqueueUnfinished?: boolean;
    readonly resolveUnknown?: ResolveSettings;
  };
  /** How far Connect's reads lag at most. */
  readonly readsLagMs?: number;
}

/** Reads an outcome from the bus as a consumer does. */
export function readOutcome(entry: PutEventsRequestEntry): Outcome {
  const detail = JSON.parse(entry.Detail ?? "{}") as Partial<TransferSucceeded & TransferFailed>;
  return {
    isSuccess: entry.DetailType === succeededDetailType,
    intentId: detail.intentId,
    clientToken: detail.clientToken,
    messageId: detail.messageId,
    request: detail.request && requestOf(detail.request),
    newContactId: detail.response?.contactId,
    metadata: detail.metadata ? "present" : detail.metadataLeftOut ? "left out" : "none",
    isShadow: detail.shadow === true,
    failure: detail.failure,
    isObserved: detail.response?.evidence === "observed",
    resolution: detail.resolution,
  };
}

function requestOf({
  contactId,
  contactFlowId,
  queueId,
  userId,
}: TransferSucceeded["request"]): TrueIntent["request"] {
  return { contactId, contactFlowId, ...(queueId && { queueId }), ...(userId && { userId }) };
}
