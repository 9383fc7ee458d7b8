import type { Rule, RuleTarget, TargetInput } from "./eventbridge/rule.ts";
import type { EventSourceMappingModel, FunctionModel, QueueModel } from "./stack-model.ts";
import type { TemplateProperties } from "./template-properties.ts";

/** What `Ref` and `Fn::GetAtt` give for a resource. */
export interface ResourceIdentity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What stands for the account, and where its queues are reached. */
export interface LocalAccount {
  readonly region: string;
  readonly accountId: string;
  readonly stackName: string;
  /** The URL of the SQS endpoint, which queue URLs begin with. */
  readonly sqsUrl: string;
}

type Identify = (
  properties: TemplateProperties,
  logicalId: string,
  account: LocalAccount,
) => ResourceIdentity;

/** The types that the local run brings to life, and how others refer to a resource of each. */
export const identifyByType: ReadonlyMap<string, Identify> = new Map<string, Identify>([
  [
    "AWS::SQS::Queue",
    (properties, logicalId, account) => {
      const queueName = properties.string("QueueName", `${account.stackName}-${logicalId}`);
      const queueUrl = `${account.sqsUrl}/${account.accountId}/${queueName}`;
      const arn = `arn:aws:sqs:${account.region}:${account.accountId}:${queueName}`;
      return { ref: queueUrl, attributes: { Arn: arn, QueueName: queueName, QueueUrl: queueUrl } };
    },
  ],
  [
    "AWS::Lambda::Function",
    (properties, logicalId, account) => {
      const functionName = properties.string("FunctionName", `${account.stackName}-${logicalId}`);
      const arn = `arn:aws:lambda:${account.region}:${account.accountId}:function:${functionName}`;
      return { ref: functionName, attributes: { Arn: arn } };
    },
  ],
  [
    "AWS::Events::Rule",
    (properties, logicalId, account) => {
      const ruleName = properties.string("Name", `${account.stackName}-${logicalId}`);
      const eventBusName = readEventBusName(properties);
      const name = eventBusName === "default" ? ruleName : `${eventBusName}/${ruleName}`;
      return {
        ref: eventBusName === "default" ? ruleName : `${eventBusName}|${ruleName}`,
        attributes: { Arn: `arn:aws:events:${account.region}:${account.accountId}:rule/${name}` },
      };
    },
  ],
  ["AWS::Lambda::EventSourceMapping", (_properties, logicalId) => ({ ref: logicalId, attributes: {} })],
]);

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
export function readQueue(
  logicalId: string,
  properties: TemplateProperties,
  { ref, attributes }: ResourceIdentity,
): QueueModel {
  const redrive = properties.nested("RedrivePolicy");
  const queue: QueueModel = {
    logicalId,
    queueName: attributes.QueueName ?? "",
    queueArn: attributes.Arn ?? "",
    queueUrl: ref,
    visibilityTimeoutSeconds: properties.number("VisibilityTimeout", 30),
    messageRetentionSeconds: properties.number("MessageRetentionPeriod", 4 * 24 * 3600),
    maximumMessageSizeBytes: properties.number("MaximumMessageSize", 1_048_576),
    delaySeconds: properties.number("DelaySeconds", 0),
    receiveMessageWaitSeconds: properties.number("ReceiveMessageWaitTimeSeconds", 0),
    redrivePolicy: redrive && {
      deadLetterTargetArn: redrive.string("deadLetterTargetArn"),
      maxReceiveCount: redrive.number("maxReceiveCount"),
    },
  };
  redrive?.end();
  properties.setAside("QueueName", "SqsManagedSseEnabled", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds");
  properties.setAside("RedriveAllowPolicy", "Tags");
  properties.end();
  return queue;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html */
export function readFunction(
  logicalId: string,
  properties: TemplateProperties,
  { ref, attributes }: ResourceIdentity,
  findCode: (s3Key: string) => string,
): FunctionModel {
  const code = properties.nested("Code");
  if (!code) throw new Error(`${logicalId}: the function has no Code.`);
  const environment = properties.nested("Environment");
  const model: FunctionModel = {
    logicalId,
    functionName: ref,
    functionArn: attributes.Arn ?? "",
    codeDirectory: findCode(code.string("S3Key")),
    handler: properties.string("Handler"),
    runtime: properties.string("Runtime"),
    environment: environment?.stringMap("Variables") ?? {},
    timeoutSeconds: properties.number("Timeout", 3),
    memorySizeMb: properties.number("MemorySize", 128),
  };
  if (!model.runtime.startsWith("nodejs")) {
    throw new Error(`${logicalId}: the local run does not know the runtime ${model.runtime}.`);
  }
  code.setAside("S3Bucket");
  code.end();
  environment?.end();
  properties.setAside("Architectures", "Description", "FunctionName", "LoggingConfig", "Role", "Tags");
  properties.setAside("TracingConfig");
  properties.end();
  return model;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
export function readRule(
  _logicalId: string,
  properties: TemplateProperties,
  { ref, attributes }: ResourceIdentity,
): Rule {
  const rule: Rule = {
    ruleName: ref.slice(ref.indexOf("|") + 1),
    ruleArn: attributes.Arn ?? "",
    eventBusName: readEventBusName(properties),
    eventPattern: properties.json("EventPattern"),
    isEnabled: properties.string("State", "ENABLED") !== "DISABLED",
    targets: properties.nestedList("Targets").map(readTarget),
  };
  properties.setAside("Description", "Name", "Tags");
  properties.end();
  return rule;
}

/** The name of a bus that is given by its name or its ARN. */
function readEventBusName(properties: TemplateProperties): string {
  const nameOrArn = properties.string("EventBusName", "default");
  return nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);
}

function readTarget(target: TemplateProperties): RuleTarget {
  const retryPolicy = target.nested("RetryPolicy");
  const deadLetterConfig = target.nested("DeadLetterConfig");
  const model: RuleTarget = {
    id: target.string("Id"),
    arn: target.string("Arn"),
    input: readTargetInput(target),
    retryPolicy: {
      maximumRetryAttempts: retryPolicy?.number("MaximumRetryAttempts", 185) ?? 185,
      maximumEventAgeSeconds: retryPolicy?.number("MaximumEventAgeInSeconds", 86_400) ?? 86_400,
    },
    deadLetterQueueArn: deadLetterConfig?.string("Arn"),
  };
  retryPolicy?.end();
  deadLetterConfig?.end();
  target.end();
  return model;
}

function readTargetInput(target: TemplateProperties): TargetInput {
  const json = target.string("Input", undefined);
  const path = target.string("InputPath", undefined);
  const transformer = target.nested("InputTransformer");
  if (json !== undefined) return { kind: "constant", json };
  if (path !== undefined) return { kind: "path", path };
  if (!transformer) return { kind: "event" };
  const input: TargetInput = {
    kind: "transformer",
    inputPathsMap: transformer.stringMap("InputPathsMap"),
    inputTemplate: transformer.string("InputTemplate"),
  };
  transformer.end();
  return input;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html */
export function readEventSourceMapping(
  logicalId: string,
  properties: TemplateProperties,
): EventSourceMappingModel {
  const scaling = properties.nested("ScalingConfig");
  const responseTypes = properties.strings("FunctionResponseTypes");
  const mapping: EventSourceMappingModel = {
    logicalId,
    queueArn: properties.string("EventSourceArn"),
    functionName: properties.string("FunctionName"),
    batchSize: properties.number("BatchSize", 10),
    batchingWindowSeconds: properties.number("MaximumBatchingWindowInSeconds", 0),
    reportBatchItemFailures: responseTypes.includes("ReportBatchItemFailures"),
    maximumConcurrency: scaling?.number("MaximumConcurrency", undefined) ?? unlimitedConcurrency,
    isEnabled: properties.boolean("Enabled", true),
  };
  scaling?.end();
  properties.setAside("Tags");
  properties.end();
  return mapping;
}

/** Lambda starts with five pollers of a queue whose mapping sets no limit; the local run stays there. */
const unlimitedConcurrency = 5;
