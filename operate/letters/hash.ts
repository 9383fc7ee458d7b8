import { createHash } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";

/** The hash of a text: equal for equal bodies. */
export function hashOf(text: string, encoding: "base64" | "hex" = "base64"): string {
  return createHash("sha256").update(text).digest(encoding);
}

/** The hash of a body and attributes: equal for messages with the same content, whatever their ids. */
export function contentHash(
  body: string,
  attributes: Readonly<Record<string, MessageAttributeValue>> = {},
): string {
  const sorted = Object.entries(attributes)
    .map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      DataType,
      BinaryValue ? Buffer.from(BinaryValue).toString("base64") : StringValue,
    ])
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  return hashOf(JSON.stringify([body, sorted]));
}
