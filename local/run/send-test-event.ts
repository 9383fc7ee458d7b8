import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { LocalStack } from "../stack/local-stack.ts";
import type { Receipt } from "./outcome-tracker.ts";
import type { TestEvent } from "./test-event.ts";

type Envelope = Readonly<Record<string, unknown>>;

/** Sends one event into the stack; resolves with the ids to recognize its outcome by. */
export async function sendTestEvent(stack: LocalStack, { content }: TestEvent): Promise<Receipt> {
  try {
    return content.kind === "event"
      ? await putEvent(stack, content.envelope)
      : await sendMessage(stack, content.body);
  } catch (error) {
    return { refusal: String(error) };
  }
}

async function putEvent({ eventBridge, outputs }: LocalStack, envelope: Envelope): Promise<Receipt> {
  const { source, "detail-type": detailType, detail, resources } = envelope;
  if (String(source).startsWith("aws.")) {
    const event = { source: String(source), detailType: String(detailType), resources: textsOf(resources) };
    const eventId = eventBridge.announce({ ...event, detail: detail as Record<string, unknown> });
    return { eventId, intentId: eventId };
  }
  const { Entries } = await eventBridge.putEvents([toEntry(envelope, outputs.EventBusName)]);
  const { EventId = "", ErrorCode, ErrorMessage } = Entries[0] ?? {};
  if (ErrorCode) return { refusal: `EventBridge rejected it: ${ErrorCode}: ${ErrorMessage}` };
  return { eventId: EventId, intentId: intentIdOf(envelope) ?? EventId };
}

/** EventBridge sets the id, account and Region of an event itself. */
function toEntry(envelope: Envelope, EventBusName: string | undefined): PutEventsRequestEntry {
  const { source, "detail-type": detailType, detail, time, resources } = envelope;
  const instant = new Date(String(time));
  return {
    EventBusName,
    Source: String(source),
    DetailType: String(detailType),
    Detail: JSON.stringify(detail),
    Resources: textsOf(resources),
    Time: Number.isNaN(instant.getTime()) ? undefined : instant,
  };
}

function textsOf(values: unknown): string[] | undefined {
  return Array.isArray(values) ? values.map(String) : undefined;
}

async function sendMessage({ sqs, outputs }: LocalStack, MessageBody: string): Promise<Receipt> {
  const command = new SendMessageCommand({ QueueUrl: outputs.IntentQueueUrl, MessageBody });
  const { MessageId = "" } = await sqs.send(command);
  return { messageId: MessageId, intentId: intentIdOfBody(MessageBody) };
}

function intentIdOfBody(body: string): string | undefined {
  try {
    const envelope = JSON.parse(body) as Envelope | null;
    const id = envelope?.id;
    return intentIdOf(envelope ?? {}) ?? (typeof id === "string" ? id : undefined);
  } catch {
    return undefined; // only its message id identifies it
  }
}

/** The producer's idempotency key. */
function intentIdOf({ detail }: Envelope): string | undefined {
  const intentId = (detail as { intentId?: unknown } | null | undefined)?.intentId;
  return typeof intentId === "string" ? intentId : undefined;
}
