import type { TargetInput } from "../../infra/eventbridge/event.ts";
import type { LogGroupModel } from "../services/account/log-group-model.ts";
import type { Rule, RuleTarget } from "../services/eventbridge/rule.ts";
import type { EventSourceMappingModel, FunctionModel } from "../services/lambda/function-model.ts";
import type { QueueModel } from "../services/sqs/queue-model.ts";
import { type ResourceIdentity, readEventBusName, unqualified } from "./identify-resource.ts";
import type { StackAssembly } from "./stack-assembly.ts";
import type { TemplateProperties } from "./template-properties.ts";

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
  codeDirectories: StackAssembly["codeDirectories"],
): FunctionModel {
  const code = properties.nested("Code");
  if (!code) throw new Error(`${logicalId}: the function has no Code.`);
  const s3Key = code.string("S3Key");
  const codeDirectory = codeDirectories[s3Key];
  if (codeDirectory === undefined)
    throw new Error(`${logicalId}: the assets have no folder for the code ${s3Key}.`);
  const environment = properties.nested("Environment");
  const logging = properties.nested("LoggingConfig");
  const logGroupName = logging?.string("LogGroup", undefined);
  const model: FunctionModel = {
    logicalId,
    functionName: ref,
    functionArn: attributes.Arn ?? "",
    codeDirectory,
    ...(logGroupName !== undefined && { logGroupName }),
    handler: properties.string("Handler"),
    runtime: properties.string("Runtime"),
    environment: environment?.stringMap("Variables") ?? {},
    timeoutSeconds: properties.number("Timeout", 3),
    memorySizeMb: properties.number("MemorySize", 128),
    ...readAsynchronousLimits(properties),
  };
  if (!model.runtime.startsWith("nodejs")) {
    throw new Error(`${logicalId}: the local run does not support the runtime ${model.runtime}.`);
  }
  code.setAside("S3Bucket");
  code.end();
  environment?.end();
  properties.setAside("Architectures", "Description", "FunctionName", "Role", "Tags");
  // Nothing here detects loops.
  properties.setAside("RecursiveLoop", "TracingConfig", "VpcConfig");
  properties.end();
  return model;
}

function readAsynchronousLimits(
  properties: TemplateProperties,
): Pick<FunctionModel, "reservedConcurrency" | "deadLetterQueueArn"> {
  const reservedConcurrency = properties.number("ReservedConcurrentExecutions", undefined);
  const deadLetterConfig = properties.nested("DeadLetterConfig");
  const deadLetterQueueArn = deadLetterConfig?.string("TargetArn");
  deadLetterConfig?.end();
  return {
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    ...(deadLetterQueueArn !== undefined && { deadLetterQueueArn }),
  };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html */
export function readEventBus(
  _logicalId: string,
  properties: TemplateProperties,
  { ref }: ResourceIdentity,
): string {
  // Its dead-letter queue is for events that cannot be encrypted, and nothing is encrypted here.
  properties.setAside("DeadLetterConfig", "Description", "KmsKeyIdentifier", "Name", "Tags");
  properties.end();
  return ref;
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

function readTarget(target: TemplateProperties): RuleTarget {
  const retryPolicy = target.nested("RetryPolicy");
  const deadLetterConfig = target.nested("DeadLetterConfig");
  const model: RuleTarget = {
    id: target.string("Id"),
    arn: unqualified(target.string("Arn")),
    input: readTargetInput(target),
    retryPolicy: {
      maximumRetryAttempts: retryPolicy?.number("MaximumRetryAttempts", 185) ?? 185,
      maximumEventAgeSeconds: retryPolicy?.number("MaximumEventAgeInSeconds", 86_400) ?? 86_400,
    },
    deadLetterQueueArn: deadLetterConfig?.string("Arn"),
  };
  retryPolicy?.end();
  deadLetterConfig?.end();
  target.setAside("RoleArn");
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
    functionName: unqualified(properties.string("FunctionName")),
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

/** Without a limit, Lambda starts with five pollers; the local run stays at five. */
const unlimitedConcurrency = 5;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html */
export function readLogGroup(
  _logicalId: string,
  properties: TemplateProperties,
  { ref, attributes }: ResourceIdentity,
): LogGroupModel {
  properties.setAside("KmsKeyId", "LogGroupClass", "LogGroupName", "ResourcePolicyDocument");
  properties.setAside("RetentionInDays", "Tags");
  properties.end();
  // A rule names the group without the streams that the attribute ends with.
  return { logGroupName: ref, logGroupArn: (attributes.Arn ?? "").replace(/:\*$/, "") };
}
