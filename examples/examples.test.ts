import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App } from "aws-cdk-lib/core";
import { assertOutcome } from "../test/assert-outcome.ts";
import { startLocalAws } from "../test/function/local-aws.ts";
import { SupportStack } from "./app/app.ts";

const outcomesFile = fileURLToPath(new URL("./consumer/outcomes.jsonl", import.meta.url));

/** Runs an example as its comment says, in a separate process; resolves with its output. */
async function runExample(path: string, args: readonly string[] = [], env = {}, input = ""): Promise<string> {
  const file = fileURLToPath(new URL(path, import.meta.url));
  const options = { env: { ...process.env, ...env } };
  const run = promisify(execFile)(process.execPath, [file, ...args], options);
  run.child.stdin?.end(input);
  return (await run).stdout;
}

describe("the examples", () => {
  it("the app's route turns an overdue task into an intent for the intent queue", () => {
    const code = Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });");
    const env = { account: "111122223333", region: "us-east-1" };
    const template = Template.fromStack(new SupportStack(new App(), "Support", { code, env }));
    template.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: { source: ["com.example.sla"], "detail-type": ["Task Overdue"] },
      Targets: [
        {
          Arn: { "Fn::GetAtt": [Match.stringLikeRegexp("IntentQueue"), "Arn"] },
          InputTransformer: { InputPathsMap: Match.objectLike({}) },
        },
      ],
    });
    assert.deepEqual(Object.keys(template.findOutputs("*")).sort(), [
      "TransfersDashboardName",
      "TransfersDeadLetterQueueArn",
      "TransfersDeadLetterQueueUrl",
      "TransfersEventBusName",
      "TransfersEventSourceMappingId",
      "TransfersFunctionLogGroupName",
      "TransfersFunctionName",
      "TransfersIntentQueueArn",
      "TransfersIntentQueueUrl",
      "TransfersOutcomeLogGroupName",
      "TransfersRuleName",
    ]);
  });

  it("the producer requests the transfer of the order's contact", async () => {
    await using aws = await startLocalAws();
    const out = await runExample("./producer/request-transfer.ts", ["4712", "task-2"], aws.env);
    assert.match(out, /^Requested by event [0-9a-f-]{36}\.\n$/);
    const [event, ...others] = aws.outcomes;
    assert.deepEqual(others, []);
    assert.deepEqual(event?.detail, {
      intentId: "order-4712-cancelled",
      contactId: "task-2",
      contactFlowId: "flow-to-queue",
      queueId: "queue-cancellations",
      metadata: { orderId: "4712" },
    });
  });

  it("the consumer reads outcomes that keep their schemas, and reports each change once", async () => {
    const lines = await readFile(outcomesFile, "utf8");
    for (const line of lines.trim().split("\n")) {
      const { id: _id, "detail-type": detailType, ...event } = JSON.parse(line);
      assertOutcome({ detailType, ...event });
    }
    assert.equal(
      await runExample("./consumer/fold-outcomes.ts", [], {}, lines),
      "order-4711-cancelled: Contact Transfer Failed, effect unknown\n" +
        "order-4711-cancelled: Contact Transfer Succeeded\n",
    );
  });
});
