import type { SQSRecord } from "aws-lambda";
import { createEngine } from "./create-engine.ts";
import type { Deps } from "./deps.ts";
import { processBatch } from "./process-batch.ts";

/**
 * Takes a made-up record all the way to a success, in an engine of its own with nothing behind it: no call, no line, no
 * metric. The first real record finds the way compiled.
 */
export async function rehearseTransfer({
  settings,
  clock,
  random,
}: Pick<Deps, "settings" | "clock" | "random">): Promise<void> {
  const engine = createEngine({
    settings,
    clock,
    random,
    transferContact: async () => ({ ContactId: "rehearsed", $metadata: {} }),
    putEvents: async (entries) => ({ Entries: entries.map(() => ({ EventId: "rehearsed" })) }),
    sendDeadLetters: async () => ({ Successful: [], Failed: [] }),
    changeVisibility: async () => {},
    log: { record() {}, visibilityUnchanged() {}, bug() {} },
    metrics: silentMetrics,
  });
  const now = clock.now();
  await processBatch(
    [makeRecord(settings, now)],
    { requestId: "rehearsed", deadlineAt: now + 30_000 },
    engine,
  );
}

const silentMetrics: Deps["metrics"] = { received() {}, succeeded() {}, failed() {}, again() {} };

function makeRecord({ instances, allowLists }: Deps["settings"], now: number): SQSRecord {
  const [instanceId] = instances.byId.keys();
  const [contactFlowId = "rehearsed"] = allowLists.contactFlows ?? [];
  return {
    messageId: "rehearsed",
    receiptHandle: "rehearsed",
    body: JSON.stringify({ id: "rehearsed", detail: { instanceId, contactId: "rehearsed", contactFlowId } }),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(now),
      SenderId: "rehearsed",
      ApproximateFirstReceiveTimestamp: String(now),
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "",
    awsRegion: "",
  };
}
