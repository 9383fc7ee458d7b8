import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import type { Context, SQSRecord } from "aws-lambda";
import type { Ports } from "../ports.ts";
import { createHandler } from "../runtime/create-handler.ts";
import type { Settings } from "../settings.ts";

/**
 * Runs a synthetic record through a second handler, so that everything is loaded and compiled before the first real record.
 * Its calls stay in memory, and its logger and metrics write nothing.
 */
export async function rehearse(
  settings: Settings,
  rehearsal: Pick<Ports, "transferContact" | "putEvents">,
): Promise<void> {
  const handler = createHandler({
    settings: { ...settings, allowLists: {} },
    awsCalls: {
      ...rehearsal,
      sendDeadLetters: noCall,
      enqueue: noCall,
      changeVisibility: noCall,
    },
    logger: new SilentLogger(),
    metrics: new SilentMetrics(),
  });
  const event = { Records: [makeRecord(settings)] };
  // The second run saves the first real record a fifth of its CPU time (docs/decisions.md).
  for (let time = 0; time < 2; time++) {
    const answer = await handler(event, context);
    if (answer?.batchItemFailures.length !== 0) return;
  }
}

/** A permanent refusal: a rehearsal does not call SQS, and ends at once if it does not succeed. */
class NoCallError extends Error {
  override readonly name = "InvalidParameterValue";
  readonly $metadata = { httpStatusCode: 400 };
}

async function noCall(): Promise<never> {
  throw new NoCallError();
}

class SilentLogger extends Logger {
  protected override printLog(_level: unknown, line: { getAttributes(): unknown }) {
    JSON.stringify(line.getAttributes());
  }
}

class SilentMetrics extends Metrics {
  override publishStoredMetrics() {
    JSON.stringify(this.serializeMetrics());
    return this;
  }
}

/** What stands for every text of the synthetic record. */
const rehearsed = "rehearsed";

const context = {
  awsRequestId: rehearsed,
  functionName: rehearsed,
  memoryLimitInMB: "256",
  getRemainingTimeInMillis: () => 30_000,
} as Context;

function makeRecord({ instances }: Settings): SQSRecord {
  const [instanceId] = instances.byId.keys();
  const now = String(Date.now());
  return {
    messageId: rehearsed,
    receiptHandle: rehearsed,
    body: JSON.stringify({
      id: rehearsed,
      detail: { instanceId, contactId: rehearsed, contactFlowId: rehearsed },
    }),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: now,
      SenderId: rehearsed,
      ApproximateFirstReceiveTimestamp: now,
    },
    messageAttributes: {},
    md5OfBody: rehearsed,
    eventSource: "aws:sqs",
    eventSourceARN: rehearsed,
    awsRegion: rehearsed,
  };
}
