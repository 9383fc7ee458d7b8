import { randomUUID } from "node:crypto";
import type { SQSRecord } from "aws-lambda";

const instanceId = "11111111-2222-4333-8444-555555555555";

/** What Lambda and the stack set at default settings, but for what the caller overrides. */
export function functionEnvironment(overrides: Readonly<Record<string, string>>): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    HOME: "/nonexistent",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_SESSION_TOKEN: "bench",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    INSTANCE_ARNS: `arn:aws:connect:us-east-1:123456789012:instance/${instanceId}`,
    EVENT_BUS_NAME: "default",
    OUTCOME_SOURCE: "contact-transfer",
    INTENT_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/123456789012/intents",
    DEAD_LETTER_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/123456789012/dead-letters",
    TRANSFERS_PER_SECOND: "2",
    MAX_CONCURRENCY: "2",
    RETRY_FOR_SECONDS: "3600",
    MAX_INTENT_AGE_SECONDS: "86400",
    POWERTOOLS_SERVICE_NAME: "contact-transfer",
    POWERTOOLS_METRICS_NAMESPACE: "ContactTransfer",
    POWERTOOLS_LOG_LEVEL: "INFO",
    ...overrides,
  };
}

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
      "detail-type": "Contact Transfer Requested",
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
