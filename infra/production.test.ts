import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Match, Template } from "aws-cdk-lib/assertions";
import { SecurityGroup, Vpc } from "aws-cdk-lib/aws-ec2";
import { EventField } from "aws-cdk-lib/aws-events";
import { Code } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { App, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { instanceArn } from "../test/makers.ts";
import { ContactTransfer } from "./contact-transfer.ts";
import type { ContactTransferProps } from "./contact-transfer-props.ts";
import { ContactTransferStack, type ContactTransferStackProps } from "./stack.ts";

/** The project's stack, with the key that it can create. */
function stackWith(props: Partial<ContactTransferStackProps> = {}): Stack {
  return new ContactTransferStack(new App(), "Stack", {
    env: { account: "111122223333", region: "us-east-1" },
    instanceArns: [instanceArn],
    code: Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });"),
    ...props,
  });
}

const templateWith = (props?: Partial<ContactTransferStackProps>) => Template.fromStack(stackWith(props));

describe("what is kept, and for how long", () => {
  it("logRetention is of both logs", () => {
    const template = templateWith({ logRetention: RetentionDays.ONE_YEAR });
    template.resourceCountIs("AWS::Logs::LogGroup", 2);
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 365 });
  });

  it("logs that are kept for ever have no retention", () => {
    const template = templateWith({ logRetention: RetentionDays.INFINITE });
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: Match.absent() });
  });

  const policies = [
    [undefined, "RetainExceptOnCreate", "Retain"],
    [RemovalPolicy.RETAIN, "Retain", "Retain"],
    [RemovalPolicy.DESTROY, "Delete", "Delete"],
  ] as const;
  for (const [removalPolicy, DeletionPolicy, UpdateReplacePolicy] of policies) {
    it(`queues, logs and the stack's key have DeletionPolicy ${DeletionPolicy} with removalPolicy ${removalPolicy}`, () => {
      const template = templateWith({ removalPolicy, encryptionKey: "own" });
      for (const [type, count] of [
        ["AWS::SQS::Queue", 2],
        ["AWS::Logs::LogGroup", 2],
        ["AWS::KMS::Key", 1],
      ] as const) {
        template.resourceCountIs(type, count);
        template.allResources(type, { DeletionPolicy, UpdateReplacePolicy });
      }
    });
  }
});

it("without tracing, the function is not traced, and its role may not write traces", () => {
  const template = templateWith({ tracing: false });
  template.allResourcesProperties("AWS::Lambda::Function", { TracingConfig: Match.absent() });
  assert.doesNotMatch(JSON.stringify(template.findResources("AWS::IAM::Role")), /xray:/);
});

describe("in a VPC", () => {
  const networkActions = (template: Template) =>
    Object.values(template.findResources("AWS::IAM::Role"))
      .flatMap(({ Properties }) => Properties.Policies ?? [])
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes("ec2:"));

  it("the function has the VPC's private subnets and the given groups, and its role may connect it", () => {
    const stack = new Stack(new App(), "Stack", { env: { account: "111122223333", region: "us-east-1" } });
    const vpc = new Vpc(stack, "Vpc", { maxAzs: 2 });
    const group = new SecurityGroup(stack, "Group", { vpc });
    new ContactTransfer(stack, "Transfers", {
      instanceArns: [instanceArn],
      code: Code.fromInline("exports.handler = async () => {};"),
      vpc,
      securityGroups: [group],
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties("AWS::Lambda::Function", {
      Handler: "index.handler",
      VpcConfig: {
        SubnetIds: vpc.privateSubnets.map(({ subnetId }) => stack.resolve(subnetId)),
        SecurityGroupIds: [stack.resolve(group.securityGroupId)],
      },
    });
    const [allowed, denied] = networkActions(template);
    assert.deepEqual(allowed.Action, denied.Action);
    assert.deepEqual([allowed.Effect, denied.Effect], ["Allow", "Deny"]);
    assert.deepEqual(Object.keys(denied.Condition.ArnLike), ["lambda:SourceFunctionArn"]);
  });

  it("the app takes ids", () => {
    const template = templateWith({
      vpc: "vpc-0123456789abcdef0",
      vpcSubnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      securityGroups: ["sg-0123456789abcdef0"],
    });
    template.hasResourceProperties("AWS::Lambda::Function", {
      VpcConfig: {
        SubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        SecurityGroupIds: ["sg-0123456789abcdef0"],
      },
    });
  });

  const cases: [Partial<ContactTransferStackProps>, string][] = [
    [{ vpc: "vpc-01234567" }, "vpc is set without vpcSubnets: name the subnets in which the function runs."],
    [
      { vpcSubnets: ["subnet-01234567"] },
      "vpcSubnets is set without vpc: set vpc too, or leave vpcSubnets out.",
    ],
    [
      { securityGroups: ["sg-01234567"] },
      "securityGroups is set without vpc: set vpc too, or leave securityGroups out.",
    ],
  ];
  for (const [props, message] of cases) {
    it(message, () => {
      assert.throws(() => stackWith(props), { name: "SettingError", message });
    });
  }

  it("outside of one, the function has no network and its role no rights on it", () => {
    const template = templateWith();
    template.allResourcesProperties("AWS::Lambda::Function", { VpcConfig: Match.absent() });
    assert.deepEqual(networkActions(template), []);
  });
});

describe("a rollout", () => {
  function transfersWith(props: Partial<ContactTransferProps>) {
    const stack = new Stack(new App(), "Stack", { env: { account: "111122223333", region: "us-east-1" } });
    const transfers = new ContactTransfer(stack, "Transfers", {
      instanceArns: [instanceArn],
      code: Code.fromInline("exports.handler = async () => {};"),
      delivery: "direct",
      ...props,
    });
    transfers.route("Cancelled", {
      eventPattern: { source: ["com.example.orders"], detailType: ["Order Cancelled"] },
      intent: { contactId: EventField.fromPath("$.detail.contactId"), contactFlowId: "flow" },
    });
    return { stack, transfers, template: Template.fromStack(stack) };
  }

  for (const rollout of ["alias", "canary", "linear"] as const) {
    it(`${rollout}: the mapping, the rules and their permissions use the alias`, () => {
      const { stack, transfers, template } = transfersWith({ rollout });
      const alias = stack.resolve(transfers.alias?.functionArn);
      template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
        FunctionName: stack.resolve(transfers.alias?.functionName),
      });
      const rules = template.findResources("AWS::Events::Rule", {
        Properties: { Targets: [{ Arn: alias }] },
      });
      assert.equal(Object.keys(rules).length, 2);
      const permissions = Object.values(template.findResources("AWS::Lambda::Permission"));
      assert.deepEqual(
        permissions.map(({ Properties }) => Properties.FunctionName),
        [alias, alias],
      );
      template.allResources("AWS::Lambda::Version", { DeletionPolicy: "Retain" });
    });
  }

  for (const [rollout, config] of [
    ["canary", "CodeDeployDefault.LambdaCanary10Percent5Minutes"],
    ["linear", "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"],
  ] as const) {
    it(`${rollout}: CodeDeploy moves the alias, and back if the function or Connect fails`, () => {
      const { stack, transfers, template } = transfersWith({ rollout });
      template.hasResourceProperties("AWS::CodeDeploy::DeploymentGroup", {
        DeploymentConfigName: config,
        AlarmConfiguration: {
          Enabled: true,
          Alarms: [transfers.alarms.FunctionFails, transfers.alarms.ConnectErrors].map(({ alarmName }) => ({
            Name: stack.resolve(alarmName),
          })),
        },
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: Match.arrayWith(["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]),
        },
      });
      template.hasResource("AWS::Lambda::Alias", {
        UpdatePolicy: { CodeDeployLambdaAliasUpdate: Match.anyValue() },
      });
    });
  }

  it("alias: it moves at once, and latest has none", () => {
    transfersWith({ rollout: "alias" }).template.resourceCountIs("AWS::CodeDeploy::DeploymentGroup", 0);
    const { transfers, template } = transfersWith({});
    assert.equal(transfers.alias, undefined);
    template.resourceCountIs("AWS::Lambda::Version", 0);
  });
});
