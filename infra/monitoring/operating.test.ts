import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, Stack } from "aws-cdk-lib/core";
import { instanceArn } from "../../test/makers.ts";
import { ContactTransfer } from "../contact-transfer.ts";
import type { ContactTransferProps } from "../contact-transfer-props.ts";
import { savedQueries } from "../resources/saved-queries.ts";

function templateOf(props: Partial<ContactTransferProps> = {}): Template {
  const stack = new Stack(new App(), "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  const code = Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });");
  new ContactTransfer(stack, "Transfers", { instanceArns: [instanceArn], code, ...props });
  return Template.fromStack(stack);
}

describe("a shadow", () => {
  it("sets SHADOW for the function, and its role cannot transfer", () => {
    const template = templateOf({ shadow: true });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ SHADOW: "true" }) },
    });
    assert.doesNotMatch(JSON.stringify(template.findResources("AWS::IAM::Role")), /connect:/);
  });
});

describe("the outcome log", () => {
  it("keeps both outcomes of the stack's source for 30 days, and only EventBridge may write to it", () => {
    const template = templateOf({ outcomeSource: "com.example.transfers" });
    template.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: {
        source: ["com.example.transfers"],
        "detail-type": ["Contact Transfer Succeeded", "Contact Transfer Failed"],
      },
    });
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 30 });
    const [policy] = Object.values(template.findResources("AWS::Logs::ResourcePolicy"));
    const text = JSON.stringify(policy?.Properties.PolicyDocument);
    assert.match(text, /events\.amazonaws\.com/);
    assert.match(text, /logs:PutLogEvents/);
    assert.doesNotMatch(text, /"\*"|\\"\*\\"/);
  });

  it("comes with saved queries in the stack's folder", () => {
    const queries = Object.values(templateOf().findResources("AWS::Logs::QueryDefinition"));
    assert.deepEqual(
      queries.map(({ Properties }) => Properties.Name).toSorted(),
      Object.keys(savedQueries)
        .map((name) => `Stack/Transfers/${name}`)
        .toSorted(),
    );
  });

  it("can be disabled, with its rule, policy and queries", () => {
    const template = templateOf({ outcomeLog: false });
    template.resourceCountIs("AWS::Logs::LogGroup", 1);
    template.resourceCountIs("AWS::Events::Rule", 1);
    template.resourceCountIs("AWS::Logs::ResourcePolicy", 0);
    template.resourceCountIs("AWS::Logs::QueryDefinition", 0);
  });
});

it("without a topic, alarms have no action", () => {
  for (const { Properties } of Object.values(templateOf().findResources("AWS::CloudWatch::Alarm"))) {
    assert.deepEqual([Properties.AlarmActions, Properties.OKActions], [undefined, undefined]);
  }
});

it("while paused, the three alarms on a lack of progress send no notifications", () => {
  const template = templateOf({
    paused: true,
    alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:operators",
  });
  template.resourcePropertiesCountIs("AWS::CloudWatch::Alarm", { ActionsEnabled: false }, 3);
});
