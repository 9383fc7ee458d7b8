import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import { UsageError } from "../../cli/errors.ts";
import { isObject, type JsonObject, parseJson } from "../../cli/json.ts";
import { parseInstant } from "../../events/rfc3339.ts";
import type { DeadLetter } from "../letters/letter.ts";
import type { Line } from "./read-lines.ts";

/** An attribute in JSON: binary values are base64. */
interface FiledAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** A dead letter as one line of JSON, with everything that SQS stores of it. */
export function fileLine(letter: DeadLetter): string {
  return JSON.stringify(filedLetter(letter));
}

/** A dead letter as files and `--json` have it. */
export function filedLetter({
  messageId,
  sentAt,
  wasMoved,
  reason,
  messageGroupId,
  body,
  attributes,
}: DeadLetter) {
  const filed = Object.entries(attributes).map(([name, value]) => [name, filedAttribute(value)] as const);
  return {
    messageId,
    sentAt: new Date(sentAt).toISOString(),
    movedBySqs: wasMoved || undefined,
    reason,
    messageGroupId,
    body,
    attributes: Object.fromEntries(filed),
  };
}

/**
 * Reads a line that `fileLine` has written, or one made by hand: only `body` is required, and without `sentAt` the message
 * counts as sent at `now`.
 * @throws UsageError that names the line
 */
export function readFileLine({ text, lineNumber }: Line, now: number): Message {
  const line = parseJson(text);
  if (!isObject(line) || typeof line.body !== "string") throw brokenLine(lineNumber, whatItIs(text, line));
  const attributes = isObject(line.attributes) ? line.attributes : {};
  return {
    MessageId: typeof line.messageId === "string" ? line.messageId : undefined,
    Body: line.body,
    Attributes: {
      SentTimestamp: String(sentAtOf(line, lineNumber) ?? now),
      ...(line.movedBySqs === true && { DeadLetterQueueSourceArn: "" }),
      ...(typeof line.messageGroupId === "string" && { MessageGroupId: line.messageGroupId }),
    },
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, readAttribute(name, value, lineNumber)]),
    ),
  };
}

/** What a line is instead of a dead letter. */
function whatItIs(text: string, value: unknown): string {
  const start = text.trim();
  if (Array.isArray(value) || start === "[") {
    return "it begins a JSON array; write one dead letter per line, as with jq -c '.[]'";
  }
  if (start === "{") return "it is JSON over several lines; write each dead letter in one, as with jq -c .";
  if (value === undefined) return "it is not JSON, or it is cut off; --skip-broken leaves such lines out";
  return "a JSON object with a body is expected";
}

function brokenLine(lineNumber: number, why: string): UsageError {
  return new UsageError(`Line ${lineNumber} is not a dead letter: ${why}.`, { code: "BrokenLine" });
}

/** An age that cannot be read must not make the intent younger. */
function sentAtOf({ sentAt }: JsonObject, lineNumber: number): number | undefined {
  if (sentAt === undefined) return undefined;
  const instant = typeof sentAt === "string" ? parseInstant(sentAt) : undefined;
  if (instant !== undefined) return instant;
  throw brokenLine(
    lineNumber,
    `its sentAt is ${JSON.stringify(sentAt)}, which is not an instant of RFC 3339`,
  );
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
    const bytes = Buffer.from(BinaryValue, "base64");
    if (bytes.toString("base64") === BinaryValue) return { DataType, BinaryValue: bytes };
    throw brokenLine(
      lineNumber,
      `its attribute ${JSON.stringify(name)} has a BinaryValue that is not base64`,
    );
  }
  throw brokenLine(
    lineNumber,
    `its attribute ${JSON.stringify(name)} has no DataType with a StringValue or BinaryValue`,
  );
}
