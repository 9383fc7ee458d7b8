import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App } from "aws-cdk-lib/core";
import { instanceArn } from "../../test/makers.ts";
import routes from "../routes/example-routes.json" with { type: "json" };
import { ContactTransferStack, type ContactTransferStackProps } from "../stack.ts";

// The outside opinion: what CloudFormation's own schemas say of the template.
const spec = await loadAwsServiceSpec();

type Properties = Readonly<Record<string, Property>>;
interface Property {
  readonly type: Type;
  readonly required?: boolean;
}
type Type = { readonly type: string } & Readonly<Record<string, unknown>>;

/** What is wrong with a value, each with its path. */
function faultsOf(value: unknown, type: Type, path: string): string[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case "string":
    case "date-time":
      return typeof value === "string" ? [] : [`${path} is no string`];
    case "integer":
    case "number":
      return typeof value === "number" ? [] : [`${path} is no number`];
    case "boolean":
      return typeof value === "boolean" ? [] : [`${path} is no boolean`];
    case "array":
      if (!Array.isArray(value)) return [`${path} is no list`];
      return value.flatMap((each, index) => faultsOf(each, type.element as Type, `${path}[${index}]`));
    case "map":
      return Object.entries(value as object).flatMap(([name, each]) =>
        faultsOf(each, type.element as Type, `${path}.${name}`),
      );
    case "ref": {
      const definition = spec.get("typeDefinition", type.reference as never);
      return faultsOfObject(value, definition.properties as unknown as Properties, path);
    }
    case "union": {
      const each = (type.types as readonly Type[]).map((one) => faultsOf(value, one, path));
      return each.some((faults) => faults.length === 0) ? [] : (each[0] ?? []);
    }
    case "json":
    case "tag":
      return [];
    default:
      return [`${path} has a type that this test does not know: ${type.type}`];
  }
}

function faultsOfObject(value: unknown, properties: Properties, path: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${path} is no object`];
  const given: Readonly<Record<string, unknown>> = { ...value };
  const missing = Object.entries(properties).filter(([name, { required }]) => required && !(name in given));
  return [
    ...missing.map(([name]) => `${path}.${name} is missing`),
    ...Object.entries(given).flatMap(([name, each]) => {
      const property = properties[name];
      return property ? faultsOf(each, property.type, `${path}.${name}`) : [`${path}.${name} is unknown`];
    }),
  ];
}

function isIntrinsic(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const [name = "", ...others] = Object.keys(value);
  return others.length === 0 && (name === "Ref" || name.startsWith("Fn::"));
}

interface ResourceJson {
  readonly Type: string;
  readonly Properties?: unknown;
}

function faultsOfTemplate(resources: Readonly<Record<string, ResourceJson>>): string[] {
  return Object.entries(resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
    const [schema] = spec.lookup("resource", "cloudFormationType", "equals", Type);
    if (!schema) return [`${logicalId} has the unknown type ${Type}`];
    return faultsOfObject(Properties, schema.properties as unknown as Properties, `${logicalId} (${Type})`);
  });
}

const direct: Partial<ContactTransferStackProps> = { delivery: "direct" };
const vpc: Partial<ContactTransferStackProps> = {
  vpc: "vpc-0123456789abcdef0",
  vpcSubnets: ["subnet-0123456789abcdef0"],
};
const everything: Partial<ContactTransferStackProps> = {
  ...direct,
  ...vpc,
  eventBus: "own",
  encryptionKey: "own",
  eventSources: ["com.example.orders"],
  contactFlowIds: ["one"],
  queueIds: ["billing"],
  userIds: ["jane"],
  rollout: "linear",
  resolveUnknown: true,
  contactEvents: true,
  alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:operators",
};

const variants: Readonly<Record<string, Partial<ContactTransferStackProps>>> = {
  default: {},
  "own bus": { eventBus: "own" },
  "own key": { encryptionKey: "own" },
  "imported key": {
    encryptionKey: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  },
  direct,
  "direct, paused": { ...direct, paused: true },
  producers: {
    eventBus: "own",
    producers: [{ account: "444455556666", sources: ["com.example.orders"] }],
  },
  "all ready routes": { routes },
  shadow: { shadow: true },
  paused: { paused: true },
  topic: { alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:operators" },
  "no outcome log": { outcomeLog: false },
  "no tracing": { tracing: false },
  vpc,
  alias: { rollout: "alias" },
  canary: { rollout: "canary" },
  everything,
};

describe("CloudFormation's schemas find no unknown, mistyped or missing property", () => {
  for (const [name, props] of Object.entries(variants)) {
    it(name, () => {
      const stack = new ContactTransferStack(new App(), "Stack", {
        env: { account: "111122223333", region: "us-east-1" },
        instanceArns: [instanceArn],
        code: Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });"),
        ...props,
      });
      assert.deepEqual(faultsOfTemplate(Template.fromStack(stack).toJSON().Resources), []);
    });
  }
});

it("they find each kind of fault, so that finding none says something", () => {
  const faults = faultsOfTemplate({
    Queue: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeouts: 30, DelaySeconds: "0" } },
    Mapping: { Type: "AWS::Lambda::EventSourceMapping", Properties: { ScalingConfig: { Maximum: 2 } } },
    Strange: { Type: "AWS::SQS::Stack" },
  });
  assert.deepEqual(faults, [
    "Queue (AWS::SQS::Queue).VisibilityTimeouts is unknown",
    "Queue (AWS::SQS::Queue).DelaySeconds is no number",
    "Mapping (AWS::Lambda::EventSourceMapping).FunctionName is missing",
    "Mapping (AWS::Lambda::EventSourceMapping).ScalingConfig.Maximum is unknown",
    "Strange has the unknown type AWS::SQS::Stack",
  ]);
});
