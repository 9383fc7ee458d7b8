import type { TemplateProperties } from "./template-properties.ts";

/** What `Ref` and `Fn::GetAtt` return for a resource. */
export interface ResourceIdentity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface LocalAccount {
  readonly region: string;
  readonly accountId: string;
  readonly stackName: string;
  /** Queue URLs begin with it. */
  readonly sqsUrl: string;
}

type Identify = (
  properties: TemplateProperties,
  logicalId: string,
  account: LocalAccount,
) => ResourceIdentity;

/** The resource types that the local run supports, and how other resources refer to one. */
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
    "AWS::Lambda::Version",
    (properties) => ({ ref: `${properties.string("FunctionName")}:1`, attributes: { Version: "1" } }),
  ],
  [
    "AWS::Lambda::Alias",
    (properties, _logicalId, account) => {
      const name = `${properties.string("FunctionName")}:${properties.string("Name")}`;
      return {
        ref: `arn:aws:lambda:${account.region}:${account.accountId}:function:${name}`,
        attributes: {},
      };
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
  [
    "AWS::Logs::LogGroup",
    (properties, logicalId, account) => {
      const logGroupName = properties.string("LogGroupName", `${account.stackName}-${logicalId}`);
      const arn = `arn:aws:logs:${account.region}:${account.accountId}:log-group:${logGroupName}:*`;
      return { ref: logGroupName, attributes: { Arn: arn } };
    },
  ],
  [
    "AWS::Events::EventBus",
    (properties, _logicalId, account) => {
      const name = properties.string("Name");
      const arn = `arn:aws:events:${account.region}:${account.accountId}:event-bus/${name}`;
      return { ref: name, attributes: { Arn: arn, Name: name } };
    },
  ],
  ["AWS::Lambda::EventSourceMapping", (_properties, logicalId) => ({ ref: logicalId, attributes: {} })],
]);

/** Types with no effect on this machine, such as access rights, alarms and dashboards. */
const typesWithoutEffectHere: ReadonlySet<string> = new Set([
  "AWS::CDK::Metadata",
  "AWS::Events::EventBusPolicy",
  "AWS::KMS::Alias",
  "AWS::KMS::Key",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::CodeDeploy::Application",
  "AWS::CodeDeploy::DeploymentGroup",
  "AWS::EC2::SecurityGroup",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::Lambda::Permission",
  "AWS::Logs::QueryDefinition",
  "AWS::SQS::QueuePolicy",
]);

/** Whether the local run has something that does what the resource does. */
export function isBroughtToLife(type: string): boolean {
  return identifyByType.has(type);
}

export function isWithoutEffect(type: string): boolean {
  return typesWithoutEffectHere.has(type);
}

/** A bus may be given by its name or its ARN. */
export function readEventBusName(properties: TemplateProperties): string {
  const nameOrArn = properties.string("EventBusName", "default");
  return nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);
}

/** Here, a function has one version: its name or ARN without the version or alias. */
export function unqualified(functionNameOrArn: string): string {
  const [, unqualified = functionNameOrArn] =
    /^(arn:[^:]+:lambda:[^:]+:\d+:function:[^:]+|[\w-]+):[\w$-]+$/.exec(functionNameOrArn) ?? [];
  return unqualified;
}
