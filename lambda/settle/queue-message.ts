import type { MessageAttributeValue, SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";

/** A message to send, without the id that a batch gives it. */
export type QueueMessage = Omit<SendMessageBatchRequestEntry, "Id">;

/** SQS's limit of attributes per message. */
export const maxAttributes = 10;

/** The size of a message as SQS counts it: its body, and the name, type and value of each attribute. */
export function messageBytes({ MessageBody = "", MessageAttributes = {} }: QueueMessage): number {
  return Object.entries(MessageAttributes).reduce(
    (sum, [name, value]) => sum + name.length + (value.DataType?.length ?? 0) + valueBytes(value),
    Buffer.byteLength(MessageBody),
  );
}

/** The size of an attribute's value. */
export function valueBytes({ StringValue, BinaryValue }: MessageAttributeValue): number {
  return BinaryValue ? BinaryValue.length : Buffer.byteLength(StringValue ?? "");
}
