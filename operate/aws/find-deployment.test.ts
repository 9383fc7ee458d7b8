import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, Duration, Stack } from "aws-cdk-lib/core";
import { ContactTransfer } from "../../infra/contact-transfer.ts";
import { makeAccountHandler } from "../../local/services/account/account-endpoint.ts";
import { ApiCalls } from "../../local/services/account/api-calls.ts";
import { LogGroups } from "../../local/services/account/log-groups.ts";
import { startHttpServer } from "../../local/services/http-server.ts";
import { instanceArn } from "../../test/makers.ts";
import { findDeployment } from "./find-deployment.ts";

/** A stack with a construct for each of these ids; the transfers per second are 1, 2 and so on. */
function stackOf(ids: readonly string[], paused: boolean) {
  const stack = new Stack(new App(), "Support", { env: { account: "111122223333", region: "us-east-1" } });
  const code = Code.fromInline("exports.handler = async () => {};");
  for (const [index, id] of ids.entries()) {
    const verdicts = { settleFor: Duration.minutes(10), transferMethods: ["API"] };
    const props = { instanceArns: [instanceArn], code, transfersPerSecond: index + 1, paused, ...verdicts };
    new ContactTransfer(stack, id, props);
  }
  const template = Template.fromStack(stack).toJSON();
  // What CloudFormation would answer matters only in that each value is of its own output.
  const outputs = Object.keys(template.Outputs ?? {}).map((name) => [name, `value of ${name}`]);
  return { template, outputs: Object.fromEntries(outputs) };
}

async function find(t: TestContext, ids: readonly string[], id?: string, paused = false) {
  const { template, outputs } = stackOf(ids, paused);
  const handler = makeAccountHandler({
    accountId: "111122223333",
    stackName: "Support",
    template,
    outputs,
    logGroups: new LogGroups([]),
    apiCalls: new ApiCalls({
      accountId: "111122223333",
      region: "us-east-1",
      newId: () => "",
      now: Date.now,
    }),
    transfersPerSecond: 2,
  });
  const server = await startHttpServer(handler);
  t.after(() => server.close());
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const config = { endpoint: server.url, region: "us-east-1", credentials, maxAttempts: 1 };
  return findDeployment({ stack: "Support", id }, async () => new CloudFormationClient(config));
}

it("a page that a proxy answers with is no stack", async (t) => {
  const headers = { "content-type": "text/html" };
  const server = await startHttpServer(async () => new Response("<html>Log in</html>", { headers }));
  t.after(() => server.close());
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const config = { endpoint: server.url, region: "us-east-1", credentials, maxAttempts: 1 };
  await assert.rejects(
    findDeployment({ stack: "Support" }, async () => new CloudFormationClient(config)),
    {
      message: /^The stack Support did not answer .* as AWS does: check --endpoint-url .* a proxy may have/,
    },
  );
});

describe("a deployment in a stack", () => {
  it("is found without an id if it is the only one", async (t) => {
    const { outputs, transfersPerSecond, settleForMs, transferMethods } = await find(t, ["Transfers"]);
    const verdicts = { settleForMs, transferMethods };
    assert.deepEqual(outputs, {
      eventBusName: "value of TransfersEventBusName",
      intentQueueUrl: "value of TransfersIntentQueueUrl",
      deadLetterQueueUrl: "value of TransfersDeadLetterQueueUrl",
      outcomeLogGroupName: "value of TransfersOutcomeLogGroupName",
      functionLogGroupName: "value of TransfersFunctionLogGroupName",
      ruleName: "value of TransfersRuleName",
    });
    assert.equal(transfersPerSecond, 1);
    assert.deepEqual(verdicts, { settleForMs: 600_000, transferMethods: ["API"] });
  });

  it("is found by its id among several, with the settings of its own function", async (t) => {
    const { outputs, transfersPerSecond } = await find(t, ["Orders", "Sla-2"], "Sla-2");
    assert.equal(outputs?.intentQueueUrl, "value of Sla2IntentQueueUrl");
    assert.equal(transfersPerSecond, 2);
  });

  it("is known to be paused by its template", async (t) => {
    assert.equal((await find(t, ["Transfers"])).isPaused, false);
    assert.equal((await find(t, ["Orders", "Sla"], "Sla", true)).isPaused, true);
  });

  it("is not guessed: several without an id end with their ids", async (t) => {
    await assert.rejects(find(t, ["Orders", "Sla"]), {
      message: "The stack Support has several ContactTransfer constructs: give --id Orders or --id Sla.",
    });
  });

  it("that does not exist ends with the ids that do", async (t) => {
    await assert.rejects(find(t, ["Orders", "Sla"], "Sales"), {
      message: "The stack Support has no ContactTransfer Sales: it has Orders, Sla.",
    });
  });
});
