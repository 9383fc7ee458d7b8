import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { ConnectClient, DescribeContactCommand, TransferContactCommand } from "@aws-sdk/client-connect";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { until } from "../../test/until.ts";
import type { RuleDelivery } from "./deliver-event.ts";
import { type LocalStack, type LocalStackOptions, startLocalStack } from "./local-stack.ts";

const instanceId = "11111111-1111-4111-8111-111111111111";

const queues = {
  DeadLetters: { Type: "AWS::SQS::Queue" },
  Intents: {
    Type: "AWS::SQS::Queue",
    Properties: { MaximumMessageSize: 1024, VisibilityTimeout: 180 },
  },
};
const lambdaFunction = {
  Type: "AWS::Lambda::Function",
  Properties: { Code: { S3Key: "code.zip" }, Handler: "index.handler", Runtime: "nodejs24.x", Timeout: 10 },
};
const mapping = {
  Type: "AWS::Lambda::EventSourceMapping",
  Properties: {
    EventSourceArn: { "Fn::GetAtt": ["Intents", "Arn"] },
    FunctionName: { Ref: "Function" },
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    ScalingConfig: { MaximumConcurrency: 2 },
  },
};
const ruleTo = (logicalId: string) => ({
  Type: "AWS::Events::Rule",
  Properties: {
    EventPattern: { source: ["orders"] },
    Targets: [
      {
        Id: "Target0",
        Arn: { "Fn::GetAtt": [logicalId, "Arn"] },
        DeadLetterConfig: { Arn: { "Fn::GetAtt": ["DeadLetters", "Arn"] } },
      },
    ],
  },
});

interface Started {
  readonly stack: LocalStack;
  readonly deliveries: RuleDelivery[];
  readonly lines: string[];
}

/** Starts a small stack whose function has this code. */
async function start(
  context: TestContext,
  code: string,
  resources: object,
  { accountId, ...options }: Partial<LocalStackOptions> & { accountId?: string } = {},
): Promise<Started> {
  const codeDirectory = await mkdtemp(join(tmpdir(), "function-"));
  await writeFile(join(codeDirectory, "index.mjs"), code);
  const deliveries: RuleDelivery[] = [];
  const lines: string[] = [];
  const template = {
    Resources: { ...queues, Function: lambdaFunction, ...resources },
    Outputs: {
      IntentQueueUrl: { Value: { Ref: "Intents" } },
      DeadLetterQueueUrl: { Value: { Ref: "DeadLetters" } },
    },
  };
  const stack = await startLocalStack({
    assembly: {
      stackName: "Small",
      region: "us-east-1",
      accountId,
      template,
      codeDirectories: { "code.zip": codeDirectory },
    },
    onDelivery: (delivery) => deliveries.push(delivery),
    onLog: (source, line) => lines.push(`${source}: ${line}`),
    ...options,
  });
  context.after(async () => {
    await stack.stop();
    await rm(codeDirectory, { recursive: true });
  });
  return { stack, deliveries, lines };
}

function putEvent({ eventBridge }: LocalStack, detail: object, Source = "orders") {
  return eventBridge.putEvents([{ Source, DetailType: "Order Placed", Detail: JSON.stringify(detail) }]);
}

const logDetails = `export const handler = async ({ Records }) => {
  for (const { body } of Records) console.log(JSON.stringify(JSON.parse(body).detail));
};`;

it("events have the stack's account, which patterns may name", async (context) => {
  const { stack, deliveries } = await start(
    context,
    logDetails,
    {
      Mine: {
        Type: "AWS::Events::Rule",
        Properties: { ...ruleTo("Intents").Properties, EventPattern: { account: ["111122223333"] } },
      },
      Other: {
        Type: "AWS::Events::Rule",
        Properties: { ...ruleTo("Intents").Properties, EventPattern: { account: ["000000000000"] } },
      },
    },
    { accountId: "111122223333" },
  );
  await putEvent(stack, { order: 1 });
  await stack.eventBridge.idle();
  assert.equal(deliveries.length, 1);
});

it("events of a stack for any account have the account that its template refers to", async (context) => {
  const { stack, deliveries } = await start(context, logDetails, {
    Mine: {
      Type: "AWS::Events::Rule",
      Properties: {
        ...ruleTo("Intents").Properties,
        EventPattern: { account: [{ Ref: "AWS::AccountId" }] },
      },
    },
  });
  await putEvent(stack, { order: 1 });
  await stack.eventBridge.idle();
  assert.equal(deliveries.length, 1);
});

it("a target that is another account's bus is reported, not delivered", async (context) => {
  const Arn = "arn:aws:events:us-east-1:444455556666:event-bus/orders";
  const rule = {
    ...ruleTo("Intents").Properties,
    Targets: [{ Id: "Target0", Arn, RoleArn: "arn:aws:iam::1:role/r" }],
  };
  const { stack, lines } = await start(context, logDetails, {
    Rule: { Type: "AWS::Events::Rule", Properties: rule },
  });
  await putEvent(stack, { order: 1 });
  await stack.eventBridge.idle();
  assert.match(
    lines.join(),
    /would go on to the bus arn:aws:events:us-east-1:444455556666:event-bus\/orders/,
  );
});

it("an event reaches the function through rule, queue and mapping", async (context) => {
  const { stack, deliveries, lines } = await start(context, logDetails, {
    Rule: ruleTo("Intents"),
    Mapping: mapping,
  });
  const { Entries } = await putEvent(stack, { order: 1 });
  await putEvent(stack, { order: 2 }, "others");
  await until(() => lines.length > 0);
  await until(async () => (await stack.peek("IntentQueueUrl")).length === 0);
  assert.deepEqual(lines, ['function: {"order":1}']);
  assert.deepEqual(
    deliveries.map(({ eventId, kind }) => [eventId, kind]),
    [[Entries[0]?.EventId, "queued"]],
  );
});

it("an event that the queue rejects goes to the rule's dead-letter queue, with the reason", async (context) => {
  const { stack, deliveries } = await start(context, logDetails, { Rule: ruleTo("Intents") });
  await putEvent(stack, { note: "x".repeat(2000) });
  await stack.eventBridge.idle();
  const [deadLetter, ...others] = await stack.peek("DeadLetterQueueUrl");
  assert.deepEqual(others, []);
  assert.equal(deadLetter?.attributes.ERROR_CODE, "SDK_CLIENT_ERROR");
  assert.match(deadLetter?.attributes.RULE_ARN ?? "", /rule\/Small-Rule$/);
  assert.equal(deliveries[0]?.kind, "undeliverable");
});

it("a rule may have the function as its target", async (context) => {
  const code = "export const handler = async (event) => console.log(JSON.stringify(event.detail));";
  const { stack, lines } = await start(context, code, { Rule: ruleTo("Function") });
  await putEvent(stack, { order: 1 });
  await until(() => lines.length > 0);
  assert.deepEqual(lines, ['function: {"order":1}']);
});

it("an event that fails in the function is tried three times, then dropped", async (context) => {
  const code = 'export const handler = async () => { throw new Error("broken"); };';
  const { stack, lines } = await start(context, code, { Rule: ruleTo("Function") }, { timeScale: 60_000 });
  await putEvent(stack, {});
  await until(() => lines.some((line) => /dropped/.test(line)));
  const failed = "service: An event failed: Error: broken";
  assert.deepEqual(lines, [failed, failed, failed, "service: An event failed three times and is dropped."]);
});

it("a disabled mapping polls nothing", async (context) => {
  const { stack } = await start(context, logDetails, {
    Rule: ruleTo("Intents"),
    Mapping: { ...mapping, Properties: { ...mapping.Properties, Enabled: false } },
  });
  await putEvent(stack, { order: 1 });
  await stack.eventBridge.idle();
  const [message] = await stack.peek("IntentQueueUrl");
  assert.match(message?.body ?? "", /"order":1/);
});

describe("one address serves all services", () => {
  const makeConfig = ({ url }: LocalStack) => ({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });

  it("for the clients of the SDK", async (context) => {
    const { stack } = await start(context, logDetails, {});
    const { Contact } = await new ConnectClient(makeConfig(stack)).send(
      new DescribeContactCommand({ InstanceId: instanceId, ContactId: "task-1" }),
    );
    const { FailedEntryCount } = await new EventBridgeClient(makeConfig(stack)).send(
      new PutEventsCommand({ Entries: [{ Source: "orders", DetailType: "x", Detail: "{}" }] }),
    );
    assert.equal(Contact?.Channel, "TASK");
    assert.equal(FailedEntryCount, 0);
  });

  it("and names what it serves to a client of another service", async (context) => {
    const { stack } = await start(context, logDetails, {});
    const headers = { "x-amz-target": "DynamoDB_20120810.ListTables" };
    const answer = await fetch(stack.url, { method: "POST", headers, body: "{}" });
    const { message } = (await answer.json()) as { message: string };
    assert.match(message, /^The local run does not support DynamoDB_20120810:ListTables, only logs:/);
  });

  it("with faults that cut the connection", async (context) => {
    const { stack } = await start(
      context,
      logDetails,
      {},
      { connectFaults: { faults: () => ({ kind: "lost-answer" }), latencyMs: 0 } },
    );
    const request = new TransferContactCommand({
      InstanceId: instanceId,
      ContactId: "task-1",
      ContactFlowId: "flow-to-queue",
    });
    await assert.rejects(new ConnectClient(makeConfig(stack)).send(request), { code: "ECONNRESET" });
    assert.equal(stack.connectWorld.transfers.length, 1);
  });
});

it("a port in use is reported in one sentence, and nothing keeps running", async (context) => {
  const { stack } = await start(context, logDetails, {});
  const port = Number(new URL(stack.url).port);
  await assert.rejects(start(context, logDetails, {}, { port }), {
    message: `Port ${port} on 127.0.0.1 is in use.`,
  });
});

it("stopping kills an invocation that does not end, and frees the port", async (context) => {
  const code = 'export const handler = () => new Promise(() => setInterval(() => console.log("busy"), 5));';
  const slow = { ...lambdaFunction, Properties: { ...lambdaFunction.Properties, Timeout: 900 } };
  const { stack, lines } = await start(
    context,
    code,
    { Function: slow, Rule: ruleTo("Intents"), Mapping: mapping },
    { graceMs: 10 },
  );
  await putEvent(stack, {});
  await until(() => lines.includes("function: busy"));
  await stack.stop();
  await assert.rejects(fetch(stack.url), { message: "fetch failed" });
  const port = Number(new URL(stack.url).port);
  const { stack: next } = await start(context, logDetails, {}, { port });
  assert.equal(next.url, stack.url);
});

it("after its last failure, an event goes to the function's dead-letter queue, unchanged", async (context) => {
  const code = 'export const handler = async () => { throw new Error("not today"); };';
  const withDeadLetters = {
    ...lambdaFunction,
    Properties: {
      ...lambdaFunction.Properties,
      DeadLetterConfig: { TargetArn: { "Fn::GetAtt": ["DeadLetters", "Arn"] } },
    },
  };
  const resources = { Rule: ruleTo("Function"), Function: withDeadLetters };
  const { stack } = await start(context, code, resources, { timeScale: 60_000 });
  const { Entries } = await putEvent(stack, { order: 1 });
  await until(async () => (await stack.peek("DeadLetterQueueUrl")).length > 0);
  const [deadLetter] = await stack.peek("DeadLetterQueueUrl");
  assert.equal(JSON.parse(deadLetter?.body ?? "").id, Entries[0]?.EventId);
  assert.equal(deadLetter?.attributes.ErrorMessage, "not today");
});

it("a function runs no more invocations at a time than its reserved concurrency", async (context) => {
  const code = `export const handler = async () => {
    console.log("begins");
    await new Promise((resolve) => setTimeout(resolve, 50));
    console.log("ends");
  };`;
  const Properties = { ...lambdaFunction.Properties, ReservedConcurrentExecutions: 1 };
  const resources = { Rule: ruleTo("Function"), Function: { ...lambdaFunction, Properties } };
  const { stack, lines } = await start(context, code, resources);
  await Promise.all([1, 2, 3].map((order) => putEvent(stack, { order })));
  await until(() => lines.length === 6);
  const oneByOne = ["begins", "ends", "begins", "ends", "begins", "ends"];
  assert.deepEqual(
    lines,
    oneByOne.map((line) => `function: ${line}`),
  );
});
