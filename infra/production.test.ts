import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { App, RemovalPolicy, type Stack } from "aws-cdk-lib/core";
import { instanceArn } from "../test/makers.ts";
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
