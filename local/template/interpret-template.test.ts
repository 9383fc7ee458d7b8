import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { interpretTemplate } from "./interpret-template.ts";

const account = {
  region: "eu-central-1",
  accountId: "000000000000",
  stackName: "Transfers",
  sqsUrl: "http://127.0.0.1:4566",
};

function interpret(Resources: object, Outputs: object = {}) {
  const assembly = {
    stackName: account.stackName,
    region: account.region,
    accountId: account.accountId,
    template: { Resources, Outputs },
    codeDirectories: { "abc.zip": "/cdk.out/asset.abc" },
  };
  return interpretTemplate(assembly, account);
}

const deadLetterQueue = {
  Type: "AWS::SQS::Queue",
  Properties: { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true },
};
const intentQueue = {
  Type: "AWS::SQS::Queue",
  Properties: {
    QueueName: "intents",
    VisibilityTimeout: 180,
    MaximumMessageSize: 65_536,
    RedrivePolicy: {
      deadLetterTargetArn: { "Fn::GetAtt": ["DeadLetters", "Arn"] },
      maxReceiveCount: 1000,
    },
  },
};
const lambdaFunction = {
  Type: "AWS::Lambda::Function",
  Properties: {
    Code: { S3Bucket: { Ref: "AWS::AccountId" }, S3Key: "abc.zip" },
    Environment: { Variables: { DEAD_LETTER_QUEUE_URL: { Ref: "DeadLetters" } } },
    Handler: "index.handler",
    MemorySize: 256,
    Role: { "Fn::GetAtt": ["Role", "Arn"] },
    Runtime: "nodejs24.x",
    Timeout: 30,
  },
};

describe("interpretTemplate", () => {
  it("reads a queue with its redrive policy, with a URL and an ARN of this machine", () => {
    const [queue, dead] = interpret({ Intents: intentQueue, DeadLetters: deadLetterQueue }).queues;
    assert.deepEqual(queue, {
      logicalId: "Intents",
      queueName: "intents",
      queueArn: "arn:aws:sqs:eu-central-1:000000000000:intents",
      queueUrl: "http://127.0.0.1:4566/000000000000/intents",
      visibilityTimeoutSeconds: 180,
      messageRetentionSeconds: 345_600,
      maximumMessageSizeBytes: 65_536,
      delaySeconds: 0,
      receiveMessageWaitSeconds: 0,
      redrivePolicy: {
        deadLetterTargetArn: "arn:aws:sqs:eu-central-1:000000000000:Transfers-DeadLetters",
        maxReceiveCount: 1000,
      },
    });
    assert.equal(dead?.messageRetentionSeconds, 1_209_600);
    assert.equal(dead?.redrivePolicy, undefined);
  });

  it("reads a function with its code directory and its environment resolved", () => {
    const { functions } = interpret({
      Function: lambdaFunction,
      DeadLetters: deadLetterQueue,
      Role: { Type: "AWS::IAM::Role" },
    });
    assert.deepEqual(functions, [
      {
        logicalId: "Function",
        functionName: "Transfers-Function",
        functionArn: "arn:aws:lambda:eu-central-1:000000000000:function:Transfers-Function",
        codeDirectory: "/cdk.out/asset.abc",
        handler: "index.handler",
        runtime: "nodejs24.x",
        environment: { DEAD_LETTER_QUEUE_URL: "http://127.0.0.1:4566/000000000000/Transfers-DeadLetters" },
        timeoutSeconds: 30,
        memorySizeMb: 256,
      },
    ]);
  });

  it("reads a function's reserved concurrency and dead-letter queue", () => {
    const [limited] = interpret({
      Function: {
        ...lambdaFunction,
        Properties: {
          ...lambdaFunction.Properties,
          ReservedConcurrentExecutions: 3,
          DeadLetterConfig: { TargetArn: { "Fn::GetAtt": ["DeadLetters", "Arn"] } },
        },
      },
      DeadLetters: deadLetterQueue,
      Role: { Type: "AWS::IAM::Role" },
    }).functions;
    assert.equal(limited?.reservedConcurrency, 3);
    assert.equal(limited?.deadLetterQueueArn, "arn:aws:sqs:eu-central-1:000000000000:Transfers-DeadLetters");
  });

  it("reads a bus of the stack, and ignores its key and its policy", () => {
    const model = interpret(
      {
        Key: { Type: "AWS::KMS::Key", Properties: { KeyPolicy: {} } },
        Bus: {
          Type: "AWS::Events::EventBus",
          Properties: { Name: "transfers", KmsKeyIdentifier: { "Fn::GetAtt": ["Key", "Arn"] } },
        },
        Policy: { Type: "AWS::Events::EventBusPolicy", Properties: { StatementId: "s" } },
        Rule: { Type: "AWS::Events::Rule", Properties: { EventBusName: { Ref: "Bus" }, EventPattern: {} } },
      },
      { BusArn: { Value: { "Fn::GetAtt": ["Bus", "Arn"] } } },
    );
    assert.deepEqual(model.eventBusNames, ["transfers"]);
    assert.equal(model.rules[0]?.eventBusName, "transfers");
    assert.deepEqual(model.outputs, {
      BusArn: "arn:aws:events:eu-central-1:000000000000:event-bus/transfers",
    });
  });

  it("reads a rule with its bus, its targets, their retries and dead-letter queues", () => {
    const { rules } = interpret({
      Intents: intentQueue,
      DeadLetters: deadLetterQueue,
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: {
          EventBusName: {
            "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":events:x:1:event-bus/orders"]],
          },
          EventPattern: { "detail-type": ["Contact Transfer Requested"] },
          State: "ENABLED",
          Targets: [
            {
              Id: "Target0",
              Arn: { "Fn::GetAtt": ["Intents", "Arn"] },
              DeadLetterConfig: { Arn: { "Fn::GetAtt": ["DeadLetters", "Arn"] } },
              RetryPolicy: { MaximumRetryAttempts: 3 },
              InputTransformer: { InputPathsMap: { id: "$.id" }, InputTemplate: '{"id":<id>}' },
            },
          ],
        },
      },
    });
    assert.deepEqual(rules, [
      {
        ruleName: "Transfers-Rule",
        ruleArn: "arn:aws:events:eu-central-1:000000000000:rule/orders/Transfers-Rule",
        eventBusName: "orders",
        eventPattern: { "detail-type": ["Contact Transfer Requested"] },
        isEnabled: true,
        targets: [
          {
            id: "Target0",
            arn: "arn:aws:sqs:eu-central-1:000000000000:intents",
            input: { kind: "transformer", inputPathsMap: { id: "$.id" }, inputTemplate: '{"id":<id>}' },
            retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeSeconds: 86_400 },
            deadLetterQueueArn: "arn:aws:sqs:eu-central-1:000000000000:Transfers-DeadLetters",
          },
        ],
      },
    ]);
  });

  it("reads an event source mapping and the outputs", () => {
    const model = interpret(
      {
        Intents: intentQueue,
        DeadLetters: deadLetterQueue,
        Function: lambdaFunction,
        Mapping: {
          Type: "AWS::Lambda::EventSourceMapping",
          Properties: {
            BatchSize: 5,
            EventSourceArn: { "Fn::GetAtt": ["Intents", "Arn"] },
            FunctionName: { Ref: "Function" },
            FunctionResponseTypes: ["ReportBatchItemFailures"],
            ScalingConfig: { MaximumConcurrency: 2 },
          },
        },
      },
      { IntentQueueUrl: { Value: { Ref: "Intents" }, Description: "Where intents wait." } },
    );
    assert.deepEqual(model.eventSourceMappings, [
      {
        logicalId: "Mapping",
        queueArn: "arn:aws:sqs:eu-central-1:000000000000:intents",
        functionName: "Transfers-Function",
        batchSize: 5,
        batchingWindowSeconds: 0,
        reportBatchItemFailures: true,
        maximumConcurrency: 2,
        isEnabled: true,
      },
    ]);
    assert.deepEqual(model.outputs, { IntentQueueUrl: "http://127.0.0.1:4566/000000000000/intents" });
  });
});

it("an alias, in a rule's target or an event source mapping, is its function", () => {
  const { rules, eventSourceMappings, functions } = interpret({
    Work: lambdaFunction,
    DeadLetters: deadLetterQueue,
    Intents: intentQueue,
    Version: { Type: "AWS::Lambda::Version", Properties: { FunctionName: { Ref: "Work" } } },
    Live: {
      Type: "AWS::Lambda::Alias",
      Properties: {
        FunctionName: { Ref: "Work" },
        FunctionVersion: { "Fn::GetAtt": ["Version", "Version"] },
        Name: "live",
      },
    },
    Rule: {
      Type: "AWS::Events::Rule",
      Properties: { EventPattern: {}, Targets: [{ Id: "Target0", Arn: { Ref: "Live" } }] },
    },
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        EventSourceArn: { "Fn::GetAtt": ["Intents", "Arn"] },
        FunctionName: { "Fn::Select": [6, { "Fn::Split": [":", { Ref: "Live" }] }] },
      },
    },
  });
  const [work] = functions;
  assert.equal(rules[0]?.targets[0]?.arn, work?.functionArn);
  assert.equal(eventSourceMappings[0]?.functionName, work?.functionName);
});

describe("anything that the local run does not support is rejected by name", () => {
  const cases: [string, object, string][] = [
    [
      "a resource type",
      { Topic: { Type: "AWS::SNS::Topic" } },
      "Topic: the local run does not support the resource type AWS::SNS::Topic.",
    ],
    [
      "a property",
      { Fifo: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } } },
      "Fifo (AWS::SQS::Queue).FifoQueue: the local run does not support this property, so it would have no effect.",
    ],
    [
      "a property within another",
      {
        Queue: {
          Type: "AWS::SQS::Queue",
          Properties: { RedrivePolicy: { deadLetterTargetArn: "arn", maxReceiveCount: 1, speed: 9 } },
        },
      },
      "Queue (AWS::SQS::Queue).RedrivePolicy.speed: the local run does not support this property, so it would have no effect.",
    ],
    [
      "an intrinsic",
      { Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::ImportValue": "x" } } } },
      "Queue (AWS::SQS::Queue).QueueName: the local run does not support the intrinsic Fn::ImportValue.",
    ],
    [
      "a condition",
      { Queue: { Type: "AWS::SQS::Queue", Condition: "IsProduction" } },
      "Queue (AWS::SQS::Queue): the local run does not support conditions.",
    ],
    [
      "a reference to nothing",
      { Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: { Ref: "Name" } } } },
      "Queue (AWS::SQS::Queue).QueueName: Name is referenced but not in the template.",
    ],
    [
      "an attribute",
      {
        Role: { Type: "AWS::IAM::Role" },
        Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::GetAtt": "Role.Arn" } } },
      },
      "Queue (AWS::SQS::Queue).QueueName: the local run does not support the attribute Arn of Role.",
    ],
    [
      "a runtime",
      {
        Function: {
          Type: "AWS::Lambda::Function",
          Properties: { ...lambdaFunction.Properties, Environment: {}, Runtime: "python3.14" },
        },
      },
      "Function: the local run does not support the runtime python3.14.",
    ],
    [
      "code that is no asset",
      {
        Function: {
          Type: "AWS::Lambda::Function",
          Properties: { ...lambdaFunction.Properties, Code: { S3Key: "other.zip" }, Environment: {} },
        },
      },
      "Function: the assets have no folder for the code other.zip.",
    ],
    [
      "a value of another type",
      { Queue: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: "soon" } } },
      'Queue (AWS::SQS::Queue).VisibilityTimeout: expected a number, got "soon".',
    ],
  ];
  for (const [what, resources, message] of cases) {
    it(what, () => assert.throws(() => interpret(resources), { message }));
  }
});
