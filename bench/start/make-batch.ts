import { randomUUID } from "node:crypto";
import type { SQSRecord } from "aws-lambda";
import { requestDetailType } from "../../events/detail-types.ts";
import { instanceId } from "../../test/makers.ts";

/** A batch of new intents. */
export function makeBatch(size: number): { Records: SQSRecord[] } {
  return { Records: Array.from({ length: size }, makeRecord) };
}

function makeRecord(): SQSRecord {
  const now = String(Date.now());
  const detail = { contactId: randomUUID(), contactFlowId: "flow-1", instanceId, queueId: "queue-1" };
  return {
    messageId: randomUUID(),
    receiptHandle: "receipt",
    body: JSON.stringify({
      id: randomUUID(),
      "detail-type": requestDetailType,
      source: "com.example.bench",
      detail,
    }),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: now,
      SenderId: "bench",
      ApproximateFirstReceiveTimestamp: now,
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:123456789012:intents",
    awsRegion: "us-east-1",
  };
}
