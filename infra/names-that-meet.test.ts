import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { EventBus } from "aws-cdk-lib/aws-events";
import { Key } from "aws-cdk-lib/aws-kms";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, Stack, type StackProps, Stage } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { instanceArn } from "../test/makers.ts";
import { ContactTransfer } from "./contact-transfer.ts";
import type { ContactTransferProps } from "./contact-transfer-props.ts";
import { ContactTransferStack } from "./stack.ts";

const code = Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });");
const env = { account: "111122223333", region: "us-east-1" };
const producers = [{ account: "444455556666", sources: ["com.example.orders"] }];
const everything = {
  instanceArns: [instanceArn],
  code,
  producers,
  eventSources: ["com.example.orders"],
  queuePrincipalArns: ["arn:aws:iam::444455556666:role/orders"],
} satisfies ContactTransferProps;

function transfersIn(scope: Construct, id: string, props: Partial<ContactTransferProps> = {}) {
  return new ContactTransfer(scope, id, { ...everything, eventBus: "own", ...props });
}

function stackIn(
  scope: Construct,
  id: string,
  props: StackProps = {},
  more: Partial<ContactTransferProps> = {},
) {
  const stack = new Stack(scope, id, { env, ...props });
  transfersIn(stack, "Transfers", more);
  return stack;
}

/** What the CLI deploys under a name. */
function deployed(stackName: string) {
  return new ContactTransferStack(new App(), stackName, {
    ...everything,
    eventBus: "own",
    encryptionKey: "own",
    env,
    stackName,
  });
}

function shared(make: (stack: Stack) => Partial<ContactTransferProps>): Stack[] {
  const stack = new Stack(new App(), "Shared", { env });
  const props = make(stack);
  transfersIn(stack, "One", { ...props, outcomeSource: "one" });
  transfersIn(stack, "Two", { ...props, outcomeSource: "two" });
  return [stack];
}

function twoStacks(make: (stack: Stack) => Partial<ContactTransferProps>): Stack[] {
  const app = new App();
  const first = new Stack(app, "First", { env });
  const props = make(first);
  transfersIn(first, "Transfers", { ...props, outcomeSource: "one" });
  return [first, stackIn(app, "Second", {}, { ...props, outcomeSource: "two" })];
}

const aBus = (stack: Stack) => ({ eventBus: new EventBus(stack, "Bus") });
const aKey = (stack: Stack) => ({
  encryptionKey: new Key(stack, "Key"),
  deadLetterEncryptionKey: new Key(stack, "DeadLetterKey"),
});
const oneKeyForAll = (stack: Stack) => {
  const key = new Key(stack, "Key");
  return { encryptionKey: key, deadLetterEncryptionKey: key };
};

/** Deployments that may be in one account and Region at the same time. */
const neighbours: Readonly<Record<string, () => Stack[]>> = {
  "two stacks of the CLI": () => [deployed("ContactTransfer"), deployed("Transfers-eu")],
  "two deployments of one app under other stack names": () => [
    stackIn(new App(), "Support", { stackName: "support-test" }),
    stackIn(new App(), "Support", { stackName: "support-staging" }),
    stackIn(new App(), "Support"),
  ],
  "two stacks of an app": () => twoStacks(() => ({})),
  "two stages": () => {
    const app = new App();
    return ["Test", "Staging"].map((name) => stackIn(new Stage(app, name), "Support"));
  },
  "two constructs in a stack": () => shared(() => ({})),
  "two constructs on one bus": () => shared(aBus),
  "two stacks on one bus": () => twoStacks(aBus),
  "two constructs with one key": () => shared(aKey),
  "two stacks with one key": () => twoStacks(aKey),
  "two constructs with one key for everything": () => shared(oneKeyForAll),
};

for (const [what, make] of Object.entries(neighbours)) {
  describe(what, () => {
    const stacks = make();
    const apps = [...new Set(stacks.map(({ node }) => node.root))];
    const deployments = stacks.map((stack) => ({
      app: `app ${apps.indexOf(stack.node.root)}`,
      template: Template.fromStack(stack).toJSON(),
    }));
    const templates = deployments.map(({ template }) => template);

    it("have no physical name in common", () => {
      assert.deepEqual(repeated(templates.flatMap((template) => physicalNames(template))), []);
    });

    it("export nothing under the same name", () => {
      const exports = templates.flatMap(({ Outputs = {} }) =>
        Object.values<{ Export?: { Name: string } }>(Outputs).flatMap(({ Export }) => Export?.Name ?? []),
      );
      assert.deepEqual(repeated(exports), []);
    });

    it("have no Sid twice in one policy", () => {
      const documents = new Map<string, string[]>();
      for (const [index, { template, app }] of deployments.entries()) {
        for (const [place, sids] of statementIds(template, `stack ${index}`, app)) {
          documents.set(place, [...(documents.get(place) ?? []), ...sids]);
        }
      }
      for (const [place, sids] of documents) assert.deepEqual(repeated(sids), [], place);
    });
  });
}

type TemplateJson = ReturnType<Template["toJSON"]>;
type Resource = { Type: string; Properties?: Record<string, unknown> };

function resourcesOf({ Resources }: TemplateJson): [string, Resource][] {
  return Object.entries<Resource>(Resources);
}

/** Names that refer to something else, and those of metrics. */
const references = new Set(["EventBusName", "FunctionName", "MetricName", "LogGroupName"]);

/** Literal names of resources, such as that of a bus: what CloudFormation itself names is unique. */
function physicalNames(template: TemplateJson): string[] {
  return resourcesOf(template).flatMap(([, { Type, Properties = {} }]) =>
    Object.entries(Properties)
      .filter(([name, value]) => /Name$/.test(name) && typeof value === "string" && !references.has(name))
      .map(([name, value]) => `${Type} ${name} ${value}`),
  );
}

/** The Sids of each policy document. The statements of a bus are resources of their own, which any stack of its app may add. */
function statementIds(template: TemplateJson, stack: string, app: string): [place: string, sids: string[]][] {
  return resourcesOf(template).flatMap(([id, { Type, Properties = {} }]): [string, string[]][] => {
    if (Type === "AWS::Events::EventBusPolicy")
      return [[`the buses of ${app}`, [String(Properties.StatementId)]]];
    const documents = [Properties.PolicyDocument, Properties.KeyPolicy].filter((document) => document);
    return documents.map((document) => [
      `${id} ${Type} of ${stack}`,
      (document as { Statement: { Sid?: string }[] }).Statement.flatMap(({ Sid }) => Sid ?? []),
    ]);
  });
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}
