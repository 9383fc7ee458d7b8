import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { SQSRecord } from "aws-lambda";
import { startFunctionProcess } from "../../local/services/lambda/function-process.ts";
import { type LocalAws, startLocalAws } from "../../test/function/local-aws.ts";
import { instanceArn, instanceId, makeEnvelope } from "../../test/makers.ts";
import { buildOnce } from "../build/build-once.ts";
import { deriveClientToken } from "../intake/client-token.ts";
import { type MetricFacts, metricList } from "./metric-list.ts";

/** A document of the embedded metric format. */
interface EmbeddedMetrics {
  readonly _aws: {
    readonly CloudWatchMetrics: {
      readonly Namespace: string;
      readonly Dimensions: string[][];
      readonly Metrics: { Name: string; Unit: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

const history = { DataType: "String", StringValue: JSON.stringify({ effect: "none", replays: 1 }) };
const facts: Readonly<Record<string, MetricFacts>> = metricList;

describe("the metrics that the bundle prints", () => {
  let codeDirectory: string;
  let documents: EmbeddedMetrics[];

  before(async () => {
    codeDirectory = await mkdtemp(join(tmpdir(), "metrics-"));
    await buildOnce(codeDirectory);
    await using aws = await startLocalAws({
      world: { tokenSemantics: "ignored", originalEndsAfterMs: 60_000 },
      connectFaults: ({ input }, attemptNumber) => {
        if (input.ContactId === "task-2")
          return { kind: "error", name: "AccessDeniedException", httpStatus: 403 };
        if (input.ContactId === "task-3" && attemptNumber === 1)
          return { kind: "error", name: "ThrottlingException", httpStatus: 429 };
        return undefined;
      },
    });
    const fast = await invoke(aws, "200", [
      await aws.deliver(makeEnvelope({ contactId: "task-1" }), { History: history }),
      await aws.deliver(makeEnvelope({ contactId: "task-2" })),
      await aws.deliver(makeEnvelope({ contactId: "task-3" })),
      await aws.deliver(makeEnvelope({ expiresAt: "2020-01-01T00:00:00Z" })),
    ]);
    // With two instances slots are 1.9 s apart, the first within 0.9 s, and requests start within 5.5 s: the fourth record is deferred.
    const slow = await invoke(aws, "1.05", [
      await aws.deliver(makeEnvelope({ contactId: "task-4" })),
      await aws.deliver(makeEnvelope({ contactId: "task-5" })),
      await aws.deliver(makeEnvelope({ contactId: "task-6" })),
      await aws.deliver(makeEnvelope({ contactId: "task-7" })),
    ]);
    const resolving = await invoke(aws, "200", [await movedTwice(aws)], { RESOLVE_UNKNOWN: "true" });
    documents = [...fast, ...slow, ...resolving];
  });
  after(() => rm(codeDirectory, { recursive: true }));

  /** Runs the bundle in a separate process, as Lambda does; returns the metrics that it writes. */
  async function invoke(
    aws: LocalAws,
    transfersPerSecond: string,
    Records: SQSRecord[],
    more: Record<string, string> = {},
  ) {
    const lines: string[] = [];
    const instance = await startFunctionProcess({
      model: {
        logicalId: "Function",
        functionName: "transfers",
        functionArn: "arn:aws:lambda:us-east-1:000000000000:function:transfers",
        codeDirectory,
        handler: "index.handler",
        runtime: "nodejs24.x",
        environment: { ...environment(aws, transfersPerSecond), ...more },
        timeoutSeconds: 10,
        memorySizeMb: 256,
      },
      region: "us-east-1",
      endpoints: aws.env,
      onLog: (line) => lines.push(line),
    });
    const result = await instance.invoke({ Records });
    await instance.stop();
    assert.equal(result.kind, "returned");
    return lines.filter((line) => line.includes('"_aws"')).map((line): EmbeddedMetrics => JSON.parse(line));
  }

  const printed = () =>
    documents.flatMap((document) =>
      document._aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
        Metrics.map(({ Name, Unit }) => ({
          name: Name,
          unit: Unit,
          dimensions: Dimensions.flat().toSorted(),
          sum: [document[Name]].flat().reduce((sum: number, value) => sum + Number(value), 0),
        })),
      ),
    );

  it("are exactly those of the list, in its units and dimensions", () => {
    const printedMetrics = new Set(
      printed().map(({ name, unit, dimensions }) => `${name} in ${unit} by ${dimensions.join(" and ")}`),
    );
    const listed = Object.entries(facts).flatMap(([name, { unit, dimensions }]) => [
      `${name} in ${unit} by service`,
      ...dimensions.map((dimension) => `${name} in ${unit} by ${dimension} and service`),
    ]);
    assert.deepEqual([...printedMetrics].toSorted(), listed.toSorted());
  });

  it("count what happened", () => {
    const sums: Record<string, number> = {};
    for (const { name, dimensions, sum } of printed()) {
      if (dimensions.length === 1) sums[name] = (sums[name] ?? 0) + sum;
    }
    const { PaceAllowed: _, IntentAge, AgeAtTransfer, ...counts } = sums;
    assert.ok(Number(IntentAge) >= Number(AgeAtTransfer));
    assert.deepEqual(counts, {
      Received: 9,
      Replayed: 1,
      Succeeded: 5,
      Failed: 2,
      SeveralSuccessors: 1,
      Expired: 1,
      Retried: 1,
      Deferred: 1,
      Requests: 7,
      ThrottledRequests: 1,
    });
  });

  it("name the deployment's service and namespace, and contain no id", () => {
    for (const document of documents) {
      assert.equal(document.service, "transfers-of-this-test");
      assert.deepEqual(document._aws.CloudWatchMetrics[0]?.Namespace, "ContactTransfer");
      assert.doesNotMatch(JSON.stringify(document), /task-\d|event-1/);
    }
  });
});

/** A message that has waited for ten minutes for what the reads show of its contact, which was moved twice. */
async function movedTwice(aws: LocalAws): Promise<SQSRecord> {
  for (let time = 0; time < 2; time++)
    aws.world.transferContact({
      InstanceId: instanceId,
      ContactId: "task-8",
      ContactFlowId: "flow-to-queue",
      QueueId: "queue-cancellations",
    });
  const envelope = makeEnvelope({ contactId: "task-8", expiresAt: "2030-01-01T00:00:00Z" });
  const clientToken = deriveClientToken({
    intentId: "event-1",
    instanceId,
    contactId: "task-8",
    contactFlowId: "flow-to-queue",
    destination: { kind: "queue", queueId: "queue-cancellations" },
  });
  const waiting = {
    effect: "unknown",
    replays: 0,
    askedUntil: new Date(0).toISOString(),
    result: { clientToken, kind: "refused", refusal: { reason: "InvalidRequest", message: "not active" } },
  };
  const record = await aws.deliver(envelope, {
    History: { DataType: "String", StringValue: JSON.stringify(waiting) },
  });
  const sentAt = String(Number(record.attributes.SentTimestamp) - 600_000);
  return { ...record, attributes: { ...record.attributes, SentTimestamp: sentAt } };
}

function environment(aws: LocalAws, transfersPerSecond: string): Record<string, string> {
  return {
    INSTANCE_ARNS: instanceArn,
    EVENT_BUS_NAME: "default",
    OUTCOME_SOURCE: "contact-transfer",
    INTENT_QUEUE_URL: aws.queueUrls.intentQueueUrl,
    DEAD_LETTER_QUEUE_URL: aws.queueUrls.deadLetterQueueUrl,
    TRANSFERS_PER_SECOND: transfersPerSecond,
    MAX_CONCURRENCY: "2",
    RETRY_FOR_SECONDS: "3600",
    SETTLE_FOR_SECONDS: "300",
    TRANSFER_METHODS: "TRANSFER,API",
    MAX_INTENT_AGE_SECONDS: "86400",
    NOT_FOUND_GRACE_SECONDS: "10",
    POWERTOOLS_SERVICE_NAME: "transfers-of-this-test",
    POWERTOOLS_METRICS_NAMESPACE: "ContactTransfer",
  };
}
