import {
  identifyByType,
  isBroughtToLife,
  isWithoutEffect,
  type LocalAccount,
  type ResourceIdentity,
} from "./identify-resource.ts";
import {
  readEventBus,
  readEventSourceMapping,
  readFunction,
  readLogGroup,
  readQueue,
  readRule,
} from "./read-resource.ts";
import type { References } from "./resolve-intrinsics.ts";
import type { StackAssembly } from "./stack-assembly.ts";
import type { StackModel } from "./stack-model.ts";
import { TemplateProperties } from "./template-properties.ts";

interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: unknown;
}

/**
 * Turns a synthesized CloudFormation template into the model of the local stack. An unsupported resource type, property or
 * intrinsic is an error that names it: what runs locally is the whole stack.
 */
export function interpretTemplate(assembly: StackAssembly, account: LocalAccount): StackModel {
  const resources = readResources(assembly.template);
  const propertiesOf = ({ logicalId, type, properties }: Resource) =>
    new TemplateProperties(properties, `${logicalId} (${type})`, references);
  const identify = (resource: Resource): ResourceIdentity =>
    identifyByType.get(resource.type)?.(propertiesOf(resource), resource.logicalId, account) ?? {
      ref: resource.logicalId,
      attributes: {},
    };
  const references = makeReferences(resources, identify, account);
  const readAll = <Model>(
    type: string,
    read: (logicalId: string, properties: TemplateProperties, identity: ResourceIdentity) => Model,
  ) =>
    resources
      .filter((resource) => resource.type === type)
      .map((resource) => read(resource.logicalId, propertiesOf(resource), identify(resource)));

  return {
    queues: readAll("AWS::SQS::Queue", readQueue),
    functions: readAll("AWS::Lambda::Function", (logicalId, properties, identity) =>
      readFunction(logicalId, properties, identity, assembly.codeDirectories),
    ),
    eventBusNames: readAll("AWS::Events::EventBus", readEventBus),
    rules: readAll("AWS::Events::Rule", readRule),
    eventSourceMappings: readAll("AWS::Lambda::EventSourceMapping", readEventSourceMapping),
    logGroups: readAll("AWS::Logs::LogGroup", readLogGroup),
    outputs: readOutputs(assembly.template, references),
  };
}

function readResources(template: unknown): readonly Resource[] {
  return membersOf(template, "Resources").map(([logicalId, resource]) => {
    const type = isObject(resource) ? String(resource.Type) : "";
    if (!isBroughtToLife(type) && !isWithoutEffect(type)) {
      throw new Error(`${logicalId}: the local run does not support the resource type ${type}.`);
    }
    if (isBroughtToLife(type) && isObject(resource) && "Condition" in resource) {
      throw new Error(`${logicalId} (${type}): the local run does not support conditions.`);
    }
    return { logicalId, type, properties: isObject(resource) ? (resource.Properties ?? {}) : {} };
  });
}

function readOutputs(template: unknown, references: References): Record<string, string> {
  return Object.fromEntries(
    membersOf(template, "Outputs").map(([name, output]) => {
      const properties = new TemplateProperties(output, `Outputs.${name}`, references);
      return [name, properties.string("Value")];
    }),
  );
}

function makeReferences(
  resources: readonly Resource[],
  identify: (resource: Resource) => ResourceIdentity,
  account: LocalAccount,
): References {
  const { region, accountId, stackName } = account;
  const pseudoParameters: Readonly<Record<string, string | undefined>> = {
    "AWS::AccountId": accountId,
    "AWS::NoValue": undefined,
    "AWS::Partition": "aws",
    "AWS::Region": region,
    "AWS::StackId": `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`,
    "AWS::StackName": stackName,
    "AWS::URLSuffix": "amazonaws.com",
  };
  const find = (logicalId: string, path: string) => {
    const resource = resources.find((candidate) => candidate.logicalId === logicalId);
    if (!resource) throw new Error(`${path}: ${logicalId} is referenced but not in the template.`);
    return identify(resource);
  };
  return {
    ref: (name, path) => (name in pseudoParameters ? pseudoParameters[name] : find(name, path).ref),
    attribute(logicalId, attribute, path) {
      const value = find(logicalId, path).attributes[attribute];
      if (value !== undefined) return value;
      throw new Error(`${path}: the local run does not support the attribute ${attribute} of ${logicalId}.`);
    },
  };
}

function membersOf(template: unknown, name: string): [string, unknown][] {
  const section = isObject(template) ? template[name] : undefined;
  return isObject(section) ? Object.entries(section) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
