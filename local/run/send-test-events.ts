import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import pMap from "p-map";
import type { TestEvent } from "../input/test-event.ts";
import type { Receipt } from "../outcomes/outcome-tracker.ts";
import type { LocalStack } from "../stack/local-stack.ts";

type Members = Readonly<Record<string, unknown>>;
type SendTarget = Pick<LocalStack, "eventBridge" | "queues" | "outputs">;

export interface SendOptions {
  readonly onSent: (testEvent: TestEvent, receipt: Receipt, sentAt: number) => void;
  readonly signal: AbortSignal;
}

/** What PutEvents takes in one call. */
const maxEntries = 10;
const maxBatchBytes = 1024 * 1024;
/** More at a time would only wait for a connection to the queue. */
const batchesAtOnce = 3;

/** Sends events into the stack, ten to a call, and reports for each the ids to recognize its outcome by. */
export async function sendTestEvents(
  stack: SendTarget,
  testEvents: readonly TestEvent[],
  { onSent, signal }: SendOptions,
): Promise<void> {
  const send = async (batch: readonly TestEvent[]) => {
    if (signal.aborted) return;
    const sentAt = performance.now();
    const receipts = await sendBatch(stack, batch);
    for (const [index, testEvent] of batch.entries()) {
      onSent(testEvent, receipts[index] ?? { refusal: "it was not sent" }, sentAt);
    }
    await stack.eventBridge.idle();
  };
  await pMap(inBatches(testEvents), send, { concurrency: batchesAtOnce });
}

function inBatches(testEvents: readonly TestEvent[]): TestEvent[][] {
  const batches: TestEvent[][] = [];
  let bytes = 0;
  for (const testEvent of testEvents) {
    const size = Buffer.byteLength(JSON.stringify(testEvent.content));
    const last = batches.at(-1);
    if (last && last.length < maxEntries && bytes + size < maxBatchBytes) {
      last.push(testEvent);
      bytes += size;
    } else {
      batches.push([testEvent]);
      bytes = size;
    }
  }
  return batches;
}

async function sendBatch(stack: SendTarget, batch: readonly TestEvent[]): Promise<Receipt[]> {
  const entries = batch.map((testEvent) => toEntry(testEvent, stack.outputs.EventBusName));
  const put = await putEntries(
    stack.eventBridge,
    entries.filter((entry) => entry !== undefined),
  );
  return Promise.all(
    batch.map(({ content }, index) => {
      const entry = entries[index];
      if (entry) return put.shift() ?? { refusal: "EventBridge did not answer for it" };
      return content.kind === "message" ? sendMessage(stack, content.body) : announce(stack, content);
    }),
  );
}

/** What PutEvents takes; undefined for an event of an AWS service, and for a message. */
function toEntry(
  { content }: TestEvent,
  EventBusName: string | undefined,
): PutEventsRequestEntry | undefined {
  switch (content.kind) {
    case "message":
      return undefined;
    case "entry":
      return { EventBusName, ...content.entry };
    case "event": {
      const { source, "detail-type": detailType, detail, time, resources } = content.envelope;
      if (String(source).startsWith("aws.")) return undefined;
      return {
        EventBusName,
        Source: String(source),
        DetailType: String(detailType),
        Detail: JSON.stringify(detail),
        Resources: textsOf(resources),
        Time: toDate(time),
      };
    }
  }
}

/** EventBridge sets the id, account and Region of an event itself. */
async function putEntries(
  eventBridge: LocalStack["eventBridge"],
  entries: readonly PutEventsRequestEntry[],
): Promise<Receipt[]> {
  if (entries.length === 0) return [];
  try {
    const { Entries } = await eventBridge.putEvents(entries);
    return entries.map(({ Detail = "" }, index) => {
      const { EventId = "", ErrorCode, ErrorMessage } = Entries[index] ?? {};
      if (ErrorCode) return { refusal: `EventBridge rejected it: ${ErrorCode}: ${ErrorMessage}` };
      return { eventId: EventId, intentId: intentIdOf({ detail: parse(Detail) }) ?? EventId };
    });
  } catch (error) {
    if (entries.length === 1) return [{ refusal: `EventBridge rejected it: ${(error as Error).message}` }];
    // One entry over a limit fails the whole call: alone, the others are accepted.
    const answers = await Promise.all(entries.map((entry) => putEntries(eventBridge, [entry])));
    return answers.flat();
  }
}

/** An event of an AWS service, which PutEvents would reject. */
function announce({ eventBridge }: SendTarget, content: TestEvent["content"]): Receipt {
  const envelope: Members = content.kind === "event" ? content.envelope : {};
  const { source, "detail-type": detailType, detail, resources } = envelope;
  const event = { source: String(source), detailType: String(detailType), resources: textsOf(resources) };
  const eventId = eventBridge.announce({ ...event, detail: detail as Members });
  return { eventId, intentId: eventId };
}

async function sendMessage({ queues, outputs }: SendTarget, body: string): Promise<Receipt> {
  try {
    const messageId = await queues.sendMessage(outputs.IntentQueueUrl ?? "", body);
    const envelope = parse(body);
    const id = envelope?.id;
    return {
      messageId,
      intentId: intentIdOf(envelope ?? {}) ?? (typeof id === "string" ? id : undefined),
    };
  } catch (error) {
    return { refusal: `SQS rejected it: ${(error as Error).message}` };
  }
}

function toDate(time: unknown): Date | undefined {
  const instant = new Date(String(time));
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

function textsOf(values: unknown): string[] | undefined {
  return Array.isArray(values) ? values.map(String) : undefined;
}

function parse(body: string): Members | undefined {
  try {
    return (JSON.parse(body) as Members | null) ?? undefined;
  } catch {
    return undefined; // only its message id identifies it
  }
}

/** The producer's idempotency key. */
function intentIdOf({ detail }: Members): string | undefined {
  const intentId = (detail as { intentId?: unknown } | null | undefined)?.intentId;
  return typeof intentId === "string" ? intentId : undefined;
}
