import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { parseInstant } from "../../events/rfc3339.ts";
import { checkAge } from "../../lambda/intake/age.ts";
import { readHistory } from "../../lambda/intake/history.ts";
import { parseEnvelope } from "../../lambda/intake/parse-envelope.ts";

/** What waits in the intent queue. */
export interface Waiting {
  readonly total: number;
  /** Of these, those that would fail as `IntentExpired` if they were delivered now. */
  readonly tooOld: number;
}

/** Long enough to see the whole queue once; what was seen is given back at the end. */
const holdSeconds = 300;

/**
 * Counts the intents that wait and those that are too old by now, by the function's own rule. It receives every message
 * and gives it back: meant for a queue that is paused, and each receive counts for the message.
 */
export async function countWaiting(
  sqs: SQSClient,
  QueueUrl: string,
  { maxIntentAgeMs, now }: { readonly maxIntentAgeMs: number; readonly now: number },
): Promise<Waiting> {
  const seen = new Map<string, Message>();
  try {
    for (let batch = await receive(sqs, QueueUrl); batch.length > 0; batch = await receive(sqs, QueueUrl)) {
      for (const message of batch) seen.set(message.MessageId ?? "", message);
    }
    const messages = [...seen.values()];
    const tooOld = messages.filter((message) => isTooOld(message, maxIntentAgeMs, now)).length;
    return { total: messages.length, tooOld };
  } finally {
    await giveBack(sqs, QueueUrl, [...seen.values()]);
  }
}

async function receive(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: holdSeconds,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["SentTimestamp"],
    }),
  );
  return Messages;
}

/** An intent that cannot be read fails for that, whatever its age. */
function isTooOld(message: Message, maxIntentAgeMs: number, now: number): boolean {
  const { Body = "", Attributes = {}, MessageAttributes = {} } = message;
  const parsed = parseEnvelope(Body);
  if (!("value" in parsed)) return false;
  const { time, detail } = (parsed.value ?? {}) as { time?: unknown; detail?: { expiresAt?: unknown } };
  const attributes = Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue }]) => [
      name,
      { stringValue: StringValue, dataType: "String" },
    ]),
  );
  const sentAt = Number(Attributes.SentTimestamp);
  const delivery = { messageId: "", receiptHandle: "", receiveCount: 1, sentAt, firstReceivedAt: sentAt };
  const record = { body: Body, attributes, delivery };
  const instants = { time: instantOf(time), expiresAt: instantOf(detail?.expiresAt) };
  return checkAge(instants, record, readHistory(attributes), maxIntentAgeMs, now) !== undefined;
}

function instantOf(value: unknown): number | undefined {
  return typeof value === "string" ? parseInstant(value) : undefined;
}

async function giveBack(sqs: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  for (let start = 0; start < messages.length; start += 10) {
    const Entries = messages
      .slice(start, start + 10)
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}
