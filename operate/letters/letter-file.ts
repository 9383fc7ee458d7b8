import { open } from "node:fs/promises";
import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import { UsageError } from "../../cli/errors.ts";
import { isObject, type JsonObject, parseJson } from "../../cli/json.ts";
import { parseInstant } from "../../events/rfc3339.ts";
import type { DeadLetter } from "./letter.ts";

/** An attribute in JSON: binary values are base64. */
interface FiledAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** A dead letter as one line of JSON, with everything that SQS stores of it. */
export function fileLine({
  messageId,
  sentAt,
  wasMoved,
  reason,
  messageGroupId,
  body,
  attributes,
}: DeadLetter): string {
  const filed = Object.entries(attributes).map(([name, value]) => [name, filedAttribute(value)]);
  const line = {
    messageId,
    sentAt: new Date(sentAt).toISOString(),
    movedBySqs: wasMoved || undefined,
    reason,
    messageGroupId,
    body,
    attributes: Object.fromEntries(filed),
  };
  return JSON.stringify(line);
}

/**
 * Reads a line that `fileLine` has written, or one made by hand: only `body` is required, and without `sentAt` the message
 * counts as sent at `now`.
 * @throws UsageError that names the line
 */
export function readFileLine(text: string, lineNumber: number, now: number): Message {
  const line = parseJson(text);
  if (!isObject(line) || typeof line.body !== "string") {
    throw new UsageError(`Line ${lineNumber} is not a dead letter: a JSON object with a body is expected.`);
  }
  const sentAt = typeof line.sentAt === "string" ? parseInstant(line.sentAt) : undefined;
  const attributes = isObject(line.attributes) ? line.attributes : {};
  return {
    MessageId: typeof line.messageId === "string" ? line.messageId : undefined,
    Body: line.body,
    Attributes: {
      SentTimestamp: String(sentAt ?? now),
      ...(line.movedBySqs === true && { DeadLetterQueueSourceArn: "" }),
      ...(typeof line.messageGroupId === "string" && { MessageGroupId: line.messageGroupId }),
    },
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, readAttribute(name, value, lineNumber)]),
    ),
  };
}

/** Writes dead letters to a new file, which is on the disk when this resolves. @throws UsageError if it exists */
export async function writeLetterFile(file: string, letters: readonly DeadLetter[]): Promise<void> {
  const handle = await open(file, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      error.code === "EEXIST"
        ? `${file} exists already, and nothing is overwritten: name another file.`
        : `Cannot write ${file} (${error.code}).`,
      { cause: error },
    );
  });
  try {
    for (const letter of letters) await handle.write(`${fileLine(letter)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function filedAttribute({
  DataType = "String",
  StringValue,
  BinaryValue,
}: MessageAttributeValue): FiledAttribute {
  return BinaryValue
    ? { DataType, BinaryValue: Buffer.from(BinaryValue).toString("base64") }
    : { DataType, StringValue };
}

function readAttribute(name: string, value: unknown, lineNumber: number): MessageAttributeValue {
  const { DataType, StringValue, BinaryValue }: JsonObject = isObject(value) ? value : {};
  if (typeof DataType === "string" && typeof StringValue === "string") return { DataType, StringValue };
  if (typeof DataType === "string" && typeof BinaryValue === "string") {
    return { DataType, BinaryValue: Buffer.from(BinaryValue, "base64") };
  }
  throw new UsageError(
    `Line ${lineNumber}: the attribute ${JSON.stringify(name)} has no DataType with a StringValue or BinaryValue.`,
  );
}
