import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { ageStart } from "../intake/age.ts";
import type { History } from "../intake/history.ts";
import type { ReadSoFar } from "../intake/intent.ts";
import type { IntentRecord } from "../intake/record.ts";
import type { Ports, RecordLine, RetryReason } from "../ports.ts";
import type { ReadsAtPace } from "../resolve/reads-at-pace.ts";
import type { Batcher } from "./batcher.ts";
import type { OutcomeSettings } from "./outcome.ts";
import type { QueueMessage } from "./queue-message.ts";

/** What settling uses of an invocation. */
export interface SettleInvocation {
  readonly requestId: string;
  /** No request to Connect starts after this instant. */
  readonly lastStartAt: number;
  /** Ends requests to Connect early enough to settle their records. */
  readonly requestSignal: AbortSignal;
  /** Ends everything, changes of visibility last, so that the function answers with nothing in flight. */
  readonly signal: AbortSignal;
  readonly outcomes: Batcher<PutEventsRequestEntry>;
  sendDeadLetter(message: QueueMessage): Promise<void>;
  /** Sends to the intent queue. */
  readonly intentQueue: Batcher<QueueMessage>;
}

/** One delivery while it is processed. */
export interface RecordContext {
  readonly record: IntentRecord;
  readonly history: History;
  /** By the monotonic clock. */
  readonly startedAt: number;
  readonly invocation: SettleInvocation;
  readonly ports: Ports;
  /** Connect's reads, if unknown effects are resolved. */
  readonly reads?: ReadsAtPace;
}

/** How a delivery ends: it is done, or it must be delivered again. */
export type Disposition =
  | { readonly kind: "done"; readonly reason?: undefined }
  | { readonly kind: "retry"; readonly reason: RetryReason; readonly error?: string };

/** The intent's age; the message's if no intent could be read. Undefined for an event without `time`. */
export function ageOf({ record, history, ports }: RecordContext, { intent }: ReadSoFar): number | undefined {
  const startedAt = intent ? ageStart(intent, record, history)?.at : record.delivery?.sentAt;
  return startedAt === undefined ? undefined : ports.clock.now() - startedAt;
}

/** What the outcome depends on. A result that has travelled is Connect's own, even if the deployment is a shadow by now. */
export function outcomeSettings({ history, ports: { settings } }: RecordContext): OutcomeSettings {
  return history.result ? { ...settings, isShadow: false } : settings;
}

/** The queue's visibility timeout, less what clocks may differ: after it another delivery may be processed. */
const soleDeliveryMs = 175_000;

/** Whether this is the first delivery of its message, and no other can run. Lambda does not say that of an event. */
export function isSoleDelivery({
  record: { delivery },
  ports,
}: Pick<RecordContext, "record" | "ports">): boolean {
  return (
    delivery !== undefined &&
    delivery.receiveCount === 1 &&
    ports.clock.now() - delivery.firstReceivedAt < soleDeliveryMs
  );
}

/** Logs how the delivery ended. */
export function logRecord(context: RecordContext, read: ReadSoFar, line: Omit<RecordLine, "durationMs">) {
  const { record, startedAt, ports } = context;
  ports.log.record({
    ...line,
    messageId: record.delivery?.messageId,
    intentId: read.intent?.intentId,
    contactId: read.intent?.contactId,
    clientToken: read.clientToken,
    receiveCount: record.delivery?.receiveCount,
    durationMs: Math.round(ports.clock.monotonic() - startedAt),
  });
}
