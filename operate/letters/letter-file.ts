import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import { UsageError } from "../../cli/errors.ts";
import { isObject, type JsonObject, parseJson } from "../../cli/json.ts";
import { parseInstant } from "../../events/rfc3339.ts";
import type { Letter } from "./letter.ts";

/** An attribute in JSON: binary values are base64. */
interface FiledAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** A dead letter as one line of JSON, everything that SQS keeps of it included. */
export function fileLine({ messageId, sentAt, wasMoved, reason, body, attributes }: Letter): string {
  const filed = Object.entries(attributes).map(([name, value]) => [name, filedAttribute(value)]);
  const line = {
    messageId,
    sentAt: new Date(sentAt).toISOString(),
    movedBySqs: wasMoved || undefined,
    reason,
    body,
    attributes: Object.fromEntries(filed),
  };
  return JSON.stringify(line);
}

/**
 * Reads a line that `fileLine` has written, or one made by hand: only `body` must be there, and `now` is
 * when it was sent where it does not say.
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
    },
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, readAttribute(name, value, lineNumber)]),
    ),
  };
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
