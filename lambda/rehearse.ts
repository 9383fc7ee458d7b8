import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import type { Context, SQSRecord } from "aws-lambda";
import { createHandler } from "./create-handler.ts";
import type { Deps, Settings } from "./deps.ts";

/**
 * Takes a made-up record all the way to a success, in a handler of its own: validated, signed, sent, told, logged and counted
 * as a real one is, so that the first real one finds all of it loaded and compiled. Its connections lead nowhere, and its
 * logger and metrics write nothing: there is no call, no line, no metric.
 */
export async function rehearse(
  settings: Settings,
  rehearsal: Pick<Deps, "transferContact" | "putEvents">,
): Promise<void> {
  const handler = createHandler({
    settings,
    awsCalls: {
      ...rehearsal,
      sendDeadLetters: noCall,
      handOver: noCall,
      changeVisibility: noCall,
    },
    logger: new SilentLogger(),
    metrics: new SilentMetrics(),
  });
  const event = { Records: [makeRecord(settings)] };
  // The second time takes a fraction of the first, and as much off the first real record.
  for (let time = 0; time < 2; time++) await handler(event, context);
}

async function noCall(): Promise<never> {
  throw new Error("A rehearsal calls no queue.");
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

const context = {
  awsRequestId: "rehearsed",
  functionName: "rehearsed",
  memoryLimitInMB: "256",
  getRemainingTimeInMillis: () => 30_000,
} as Context;

function makeRecord({ instances, allowLists }: Settings): SQSRecord {
  const [instanceId] = instances.byId.keys();
  const [contactFlowId = "rehearsed"] = allowLists.contactFlows ?? [];
  const now = String(Date.now());
  return {
    messageId: "rehearsed",
    receiptHandle: "rehearsed",
    body: JSON.stringify({ id: "rehearsed", detail: { instanceId, contactId: "rehearsed", contactFlowId } }),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: now,
      SenderId: "rehearsed",
      ApproximateFirstReceiveTimestamp: now,
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "",
    awsRegion: "",
  };
}
