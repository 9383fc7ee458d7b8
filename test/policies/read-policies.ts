import { type References, resolveIntrinsics } from "../../local/template/resolve-intrinsics.ts";
import type { Policies, Statement } from "./evaluate-access.ts";

const region = "us-east-1";
const accountId = "111122223333";

type Properties = Readonly<Record<string, unknown>>;
type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties?: Properties }>>;

/** The ARN of a resource by its type. */
const arnByType: Readonly<Record<string, (logicalId: string, properties: Properties) => string>> = {
  "AWS::Events::EventBus": (_id, { Name }) => `arn:aws:events:${region}:${accountId}:event-bus/${Name}`,
  "AWS::Events::Rule": (id) => `arn:aws:events:${region}:${accountId}:rule/${id}`,
  "AWS::IAM::Role": (id) => `arn:aws:iam::${accountId}:role/${id}`,
  "AWS::IAM::User": (id) => `arn:aws:iam::${accountId}:user/${id}`,
  "AWS::KMS::Key": (id) => `arn:aws:kms:${region}:${accountId}:key/${id}`,
  "AWS::Lambda::EventSourceMapping": (id) =>
    `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${id}`,
  "AWS::Lambda::Function": (id) => `arn:aws:lambda:${region}:${accountId}:function:${id}`,
  "AWS::Logs::LogGroup": (id) => `arn:aws:logs:${region}:${accountId}:log-group:${id}:*`,
  "AWS::SQS::Queue": (id) => `arn:aws:sqs:${region}:${accountId}:${id}`,
};

/** All policies of a synthesized template, of principals and of resources, by ARN. */
export function readPolicies(template: { readonly Resources: Resources }): Policies {
  const resources = Object.entries(template.Resources);
  const arnOf = (logicalId: string) => {
    const { Type = "", Properties = {} } = template.Resources[logicalId] ?? {};
    const arn = arnByType[Type]?.(logicalId, Properties);
    if (arn === undefined) throw new Error(`The ARN of ${logicalId} (${Type}) is not supported here.`);
    return arn;
  };
  const references: References = {
    ref: (name) => pseudoParameters[name] ?? name,
    attribute: (logicalId) => arnOf(logicalId),
  };
  const identity = new Map<string, Statement[]>();
  const resource = new Map<string, Statement[]>();
  for (const [logicalId, { Type, Properties = {} }] of resources) {
    if (Type.startsWith("AWS::CloudWatch::")) continue; // has no policy
    const resolved = resolveIntrinsics(Properties, logicalId, references) as PolicyProperties;
    for (const [map, logicalName, statements] of policiesOf(Type, logicalId, resolved)) {
      const arn = logicalName.startsWith("arn:") ? logicalName : arnOf(logicalName);
      const policies = map === "identity" ? identity : resource;
      policies.set(arn, [...(policies.get(arn) ?? []), ...statements]);
    }
  }
  return { identity, resource };
}

const pseudoParameters: Readonly<Record<string, string>> = {
  "AWS::AccountId": accountId,
  "AWS::Partition": "aws",
  "AWS::Region": region,
  "AWS::URLSuffix": "amazonaws.com",
};

type Found = readonly [map: "identity" | "resource", holder: string, statements: readonly Statement[]];

interface Document {
  readonly Statement: readonly Statement[];
}

/** The properties of resources that contain policies. */
interface PolicyProperties {
  readonly AssumeRolePolicyDocument?: Document;
  readonly Policies?: readonly { readonly PolicyDocument: Document }[];
  readonly PolicyDocument?: Document;
  readonly ResourcePolicyDocument?: Document;
  readonly KeyPolicy?: Document;
  readonly Statement?: Statement;
  readonly Roles?: readonly string[];
  readonly Users?: readonly string[];
  readonly Queues?: readonly string[];
  readonly Action?: string;
  readonly Principal?: string;
  readonly SourceArn?: string;
  readonly FunctionName?: string;
}

function policiesOf(type: string, logicalId: string, properties: PolicyProperties): readonly Found[] {
  const { Policies = [], PolicyDocument: document, Roles = [], Users = [], Queues = [] } = properties;
  const inline = Policies.map((policy): Found => ["identity", logicalId, policy.PolicyDocument.Statement]);
  const attachedTo = (map: Found[0], holders: readonly string[]) =>
    holders.map((holder): Found => [map, holder, document?.Statement ?? []]);
  switch (type) {
    case "AWS::IAM::Role":
      return [["resource", logicalId, properties.AssumeRolePolicyDocument?.Statement ?? []], ...inline];
    case "AWS::IAM::User":
      return inline;
    case "AWS::IAM::Policy":
      return attachedTo("identity", [...Roles, ...Users]);
    case "AWS::SQS::QueuePolicy":
      return attachedTo("resource", Queues);
    case "AWS::Logs::LogGroup":
      return [["resource", logicalId, properties.ResourcePolicyDocument?.Statement ?? []]];
    case "AWS::KMS::Key":
      return [["resource", logicalId, properties.KeyPolicy?.Statement ?? []]];
    case "AWS::Events::EventBusPolicy": {
      const { Statement } = properties;
      return Statement ? [["resource", String(Statement.Resource), [Statement]]] : [];
    }
    case "AWS::Lambda::Permission":
      return [["resource", properties.FunctionName ?? "", [permission(properties)]]];
    default:
      return [];
  }
}

/** The statement that Lambda derives. @see https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
function permission({ Action, Principal = "", SourceArn, FunctionName }: PolicyProperties): Statement {
  if (SourceArn === undefined) throw new Error("A permission without SourceArn allows every caller.");
  const Condition = { ArnLike: { "aws:SourceArn": SourceArn } };
  return { Effect: "Allow", Action, Principal: { Service: Principal }, Resource: FunctionName, Condition };
}
