import assert from "node:assert/strict";
import { it } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, CfnElement, Duration, Lazy, Stack } from "aws-cdk-lib/core";
import type { IConstruct } from "constructs";
import { ContactTransfer } from "./contact-transfer.ts";
import type { ContactTransferProps } from "./contact-transfer-props.ts";

const instance = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";
const other = "arn:aws:connect:us-east-1:111122223333:instance/22222222-2222-4222-8222-222222222222";
const code = Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });");

/** A stack with a `ContactTransfer` in it; `resource` finds what a construct became in the template, `value` what a token did. */
function transfersIn(props: Partial<ContactTransferProps> = {}, app = new App()) {
  const stack = new Stack(app, "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  const transfers = new ContactTransfer(stack, "Transfers", { instanceArns: [instance], code, ...props });
  const template = () => Template.fromStack(stack).toJSON();
  return {
    app,
    stack,
    transfers,
    template,
    value: (token: unknown) => stack.resolve(token),
    resource: (construct: IConstruct | undefined) => {
      const element = construct?.node.defaultChild;
      assert.ok(element instanceof CfnElement);
      return withoutMetadata(template().Resources[stack.getLogicalId(element)]);
    },
  };
}

/** Metadata says what cdk-nag need not report. */
function withoutMetadata({ Metadata: _, ...resource }: TemplateJson = {}): TemplateJson {
  return resource;
}

type TemplateJson = ReturnType<Template["toJSON"]>;

/** The only resource of a type that refers to something by a property. */
function only(template: TemplateJson, type: string, property: string, reference: unknown) {
  const found = Template.fromJSON(template).findResources(type, { Properties: { [property]: reference } });
  const [resource, ...others] = Object.values(found);
  assert.deepEqual(others, []);
  return withoutMetadata(resource);
}

it("the stack holds these resources and no others", () => {
  const types = Object.values<{ Type: string }>(transfersIn().template().Resources).map(({ Type }) => Type);
  assert.deepEqual(types.sort(), [
    ...Array(14).fill("AWS::CloudWatch::Alarm"),
    "AWS::CloudWatch::Dashboard",
    "AWS::Events::Rule",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::Logs::LogGroup",
    ...Array(3).fill("AWS::Logs::QueryDefinition"),
    "AWS::SQS::Queue",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SQS::QueuePolicy",
  ]);
});

it("the intent queue is encrypted, accepts 64 KiB, hides messages for six timeouts and keeps them for 13 days", () => {
  const { transfers, resource, value } = transfersIn();
  assert.deepEqual(resource(transfers.intentQueue), {
    Type: "AWS::SQS::Queue",
    Properties: {
      SqsManagedSseEnabled: true,
      MaximumMessageSize: 65_536,
      MessageRetentionPeriod: 1_123_200,
      VisibilityTimeout: 180,
      RedrivePolicy: {
        deadLetterTargetArn: value(transfers.deadLetterQueue.queueArn),
        maxReceiveCount: 1000,
      },
    },
    DeletionPolicy: "RetainExceptOnCreate",
    UpdateReplacePolicy: "Retain",
  });
});

it("the dead-letter queue is encrypted and keeps longer and larger messages than the intent queue", () => {
  const { transfers, resource } = transfersIn();
  assert.deepEqual(resource(transfers.deadLetterQueue), {
    Type: "AWS::SQS::Queue",
    Properties: {
      SqsManagedSseEnabled: true,
      MaximumMessageSize: 1_048_576,
      MessageRetentionPeriod: 1_209_600,
    },
    DeletionPolicy: "RetainExceptOnCreate",
    UpdateReplacePolicy: "Retain",
  });
});

for (const [name, senders] of [
  ["intentQueue", "the rule"],
  ["deadLetterQueue", "the rule and the outcomes' rule"],
] as const) {
  it(`the ${name} lets ${senders} send, and nobody do anything without TLS`, () => {
    const { transfers, template, value } = transfersIn();
    const queue = transfers[name];
    const rule = value(transfers.rule.ruleArn);
    const arns = name === "intentQueue" ? rule : [rule, value(transfers.outcomeRule?.ruleArn)];
    const queues = [value(queue.queueUrl)];
    assert.deepEqual(only(template(), "AWS::SQS::QueuePolicy", "Queues", queues), {
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: queues,
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Deny",
              Principal: { AWS: "*" },
              Action: "sqs:*",
              Resource: value(queue.queueArn),
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
            {
              Sid: "AllowRule",
              Effect: "Allow",
              Principal: { Service: "events.amazonaws.com" },
              Action: "sqs:SendMessage",
              Resource: value(queue.queueArn),
              Condition: { ArnEquals: { "aws:SourceArn": arns } },
            },
          ],
        },
      },
    });
  });
}

it("the rule hands requests of every source but the outcomes' to the intent queue", () => {
  const { transfers, resource, value } = transfersIn();
  assert.deepEqual(resource(transfers.rule), {
    Type: "AWS::Events::Rule",
    Properties: {
      Description: "Sends requests to transfer a contact to the intent queue",
      EventBusName: "default",
      EventPattern: {
        "detail-type": ["Contact Transfer Requested"],
        source: [{ "anything-but": ["contact-transfer"] }],
        account: ["111122223333"],
      },
      State: "ENABLED",
      Targets: [
        {
          Id: "Target0",
          Arn: value(transfers.intentQueue.queueArn),
          DeadLetterConfig: { Arn: value(transfers.deadLetterQueue.queueArn) },
        },
      ],
    },
  });
});

it("the rule takes requests of the named sources only, off the named bus", () => {
  const { transfers, resource } = transfersIn({
    eventSources: ["com.example.orders", "com.example.sla"],
    eventBusName: "orders",
  });
  const { EventPattern, EventBusName } = resource(transfers.rule).Properties;
  assert.deepEqual(EventPattern, {
    "detail-type": ["Contact Transfer Requested"],
    source: ["com.example.orders", "com.example.sla"],
    account: ["111122223333"],
  });
  assert.equal(EventBusName, "orders");
});

it("the event source mapping takes partial batch responses and keeps to the concurrency", () => {
  const { transfers, template, value } = transfersIn({
    batchSize: 4,
    maxConcurrency: 5,
    transfersPerSecond: 3,
  });
  const functionName = value(transfers.function.functionName);
  assert.deepEqual(only(template(), "AWS::Lambda::EventSourceMapping", "FunctionName", functionName), {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: value(transfers.intentQueue.queueArn),
      FunctionName: functionName,
      BatchSize: 4,
      Enabled: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 5 },
    },
  });
});

it("the function runs the bundle on Node 24 and arm64, with its settings in the environment", () => {
  const { transfers, resource, value } = transfersIn();
  const { Properties } = resource(transfers.function);
  assert.deepEqual(Properties, {
    Description: "Transfers Amazon Connect contacts at Connect's pace",
    Runtime: "nodejs24.x",
    Architectures: ["arm64"],
    Handler: "index.handler",
    Code: { ZipFile: "exports.handler = async () => ({ batchItemFailures: [] });" },
    // Or Lambda would drop an intent that has travelled in 16 new messages.
    RecursiveLoop: "Allow",
    MemorySize: 256,
    Timeout: 30,
    TracingConfig: { Mode: "Active" },
    Role: value(transfers.function.role?.roleArn),
    LoggingConfig: { LogFormat: "JSON", LogGroup: value(transfers.logGroup.logGroupName) },
    Environment: {
      Variables: {
        INSTANCE_ARNS: instance,
        DEFAULT_INSTANCE_ARN: instance,
        EVENT_BUS_NAME: "default",
        OUTCOME_SOURCE: "contact-transfer",
        INTENT_QUEUE_URL: value(transfers.intentQueue.queueUrl),
        DEAD_LETTER_QUEUE_URL: value(transfers.deadLetterQueue.queueUrl),
        TRANSFERS_PER_SECOND: "2",
        MAX_CONCURRENCY: "2",
        RETRY_FOR_SECONDS: "3600",
        MAX_INTENT_AGE_SECONDS: "86400",
        NOT_FOUND_GRACE_SECONDS: "10",
        SETTLE_FOR_SECONDS: "300",
        TRANSFER_METHODS: "TRANSFER,API",
        POWERTOOLS_SERVICE_NAME: "Stack/Transfers",
        POWERTOOLS_METRICS_NAMESPACE: "ContactTransfer",
        POWERTOOLS_LOG_LEVEL: "INFO",
      },
    },
  });
});

it("every setting that is the function's to keep reaches its environment", () => {
  const { transfers, resource, value } = transfersIn({
    instanceArns: [instance, other],
    contactFlowIds: ["one", `${other}/contact-flow/two`],
    queueIds: ["billing", `${instance}/queue/sales`],
    userIds: [`${instance}/agent/jane`, "joe"],
    eventBusName: "orders",
    outcomeSource: "com.example.transfers",
    transfersPerSecond: 0.5,
    maxConcurrency: 3,
    batchSize: 3,
    retryFor: Duration.minutes(15),
    maxIntentAge: Duration.days(6),
    notFoundGrace: Duration.seconds(0),
    resolveUnknown: true,
    settleFor: Duration.minutes(10),
    transferMethods: ["TELEPORT"],
  });
  assert.deepEqual(resource(transfers.function).Properties.Environment.Variables, {
    INSTANCE_ARNS: `${instance},${other}`,
    CONTACT_FLOW_IDS: `one,${other}/contact-flow/two`,
    QUEUE_IDS: `billing,${instance}/queue/sales`,
    USER_IDS: `${instance}/agent/jane,joe`,
    EVENT_BUS_NAME: "orders",
    OUTCOME_SOURCE: "com.example.transfers",
    INTENT_QUEUE_URL: value(transfers.intentQueue.queueUrl),
    DEAD_LETTER_QUEUE_URL: value(transfers.deadLetterQueue.queueUrl),
    TRANSFERS_PER_SECOND: "0.5",
    MAX_CONCURRENCY: "3",
    RETRY_FOR_SECONDS: "900",
    MAX_INTENT_AGE_SECONDS: "518400",
    NOT_FOUND_GRACE_SECONDS: "0",
    RESOLVE_UNKNOWN: "true",
    SETTLE_FOR_SECONDS: "600",
    TRANSFER_METHODS: "TELEPORT",
    POWERTOOLS_SERVICE_NAME: "Stack/Transfers",
    POWERTOOLS_METRICS_NAMESPACE: "ContactTransfer",
    POWERTOOLS_LOG_LEVEL: "INFO",
  });
});

it("the log is kept for a month, and when the stack is deleted", () => {
  const { transfers, resource } = transfersIn();
  assert.deepEqual(resource(transfers.logGroup), {
    Type: "AWS::Logs::LogGroup",
    Properties: { RetentionInDays: 30 },
    DeletionPolicy: "RetainExceptOnCreate",
    UpdateReplacePolicy: "Retain",
  });
});

it("the role lets the function do what it does, on what it does it with, and nothing else", () => {
  const { transfers, resource, value } = transfersIn({ eventBusName: "orders" });
  assert.deepEqual(resource(transfers.function.role).Properties, {
    Description: "Lets the contact-transfer function do its work and nothing else",
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    },
    Policies: [
      {
        PolicyName: "ContactTransfer",
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "TransferContacts",
              Effect: "Allow",
              Action: "connect:TransferContact",
              Resource: [instance, `${instance}/contact/*`, `${instance}/contact-flow/*`],
            },
            {
              Sid: "PublishOutcomes",
              Effect: "Allow",
              Action: "events:PutEvents",
              Resource: value(transfers.eventBus.eventBusArn),
              Condition: {
                "ForAllValues:StringEquals": {
                  "events:detail-type": ["Contact Transfer Succeeded", "Contact Transfer Failed"],
                  "events:source": "contact-transfer",
                },
                Null: { "events:detail-type": "false", "events:source": "false" },
              },
            },
            {
              Sid: "ReceiveIntents",
              Effect: "Allow",
              Action: [
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ChangeMessageVisibility",
              ],
              Resource: value(transfers.intentQueue.queueArn),
            },
            {
              Sid: "SendDeadLetters",
              Effect: "Allow",
              Action: "sqs:SendMessage",
              Resource: value(transfers.deadLetterQueue.queueArn),
            },
            {
              Sid: "EnqueueUnfinished",
              Effect: "Allow",
              Action: "sqs:SendMessage",
              Resource: value(transfers.intentQueue.queueArn),
            },
            {
              Sid: "WriteLog",
              Effect: "Allow",
              Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
              Resource: value(transfers.logGroup.logGroupArn),
            },
            {
              Sid: "TraceInvocations",
              Effect: "Allow",
              Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
              Resource: "*",
            },
          ],
        },
      },
    ],
  });
});

it("named flows are the only ones that the role may use: an id in every instance, an ARN in its own", () => {
  const { transfers, resource } = transfersIn({
    instanceArns: [instance, other],
    contactFlowIds: ["one", `${other}/contact-flow/two`],
  });
  const [policy] = resource(transfers.function.role).Properties.Policies;
  assert.deepEqual(policy.PolicyDocument.Statement[0].Resource, [
    instance,
    other,
    `${instance}/contact/*`,
    `${other}/contact/*`,
    `${instance}/contact-flow/one`,
    `${other}/contact-flow/one`,
    `${other}/contact-flow/two`,
  ]);
});

it("tokens reach the template: an instance and a flow that the same app creates", () => {
  const arn = Lazy.string({ produce: () => instance });
  const flow = Lazy.string({ produce: () => `${instance}/contact-flow/own` });
  const { transfers, resource } = transfersIn({ instanceArns: [arn], contactFlowIds: [flow] });
  const { Variables } = resource(transfers.function).Properties.Environment;
  assert.equal(Variables.DEFAULT_INSTANCE_ARN, instance);
  assert.equal(Variables.CONTACT_FLOW_IDS, `${instance}/contact-flow/own`);
  const [policy] = resource(transfers.function.role).Properties.Policies;
  assert.deepEqual(policy.PolicyDocument.Statement[0].Resource, [
    instance,
    `${instance}/contact/*`,
    `${instance}/contact-flow/own`,
  ]);
});

it("two of them fit into one stack", () => {
  const { stack, template } = transfersIn();
  const one = Object.keys(transfersIn().template().Resources);
  new ContactTransfer(stack, "More", { instanceArns: [other], code });
  assert.equal(Object.keys(template().Resources).length, 2 * one.length);
});

it("a setting that cannot be used stops the construct", () => {
  assert.throws(() => transfersIn({ batchSize: 11 }), {
    name: "SettingError",
    message: "batchSize: 11 is not a whole number between 1 and 10.",
  });
});
