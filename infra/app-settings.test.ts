import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, CfnParameter, Stack } from "aws-cdk-lib/core";
import { instanceArn } from "../test/makers.ts";
import { ContactTransferStack } from "./stack.ts";

function stackWith(props: object, app = new App()): Stack {
  return new ContactTransferStack(app, "Stack", {
    env: { account: "111122223333", region: "us-east-1" },
    instanceArns: [instanceArn],
    code: Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });"),
    ...props,
  });
}

describe("a setting of the stack that code gives is refused as one of -c", () => {
  const cases: readonly [object, string][] = [
    [{ encryptionKey: "alias/mine" }, 'encryptionKey: "alias/mine" is neither own, '],
    [{ vpcSubnets: ["one"] }, 'vpcSubnets: "one" is not an id such as subnet-0123456789abcdef0.'],
    [{ vpc: "vpc-01234567" }, "vpc is set without vpcSubnets: "],
    [{ routes: { Nope: {} } }, 'routes: "Nope" is not a ready route: '],
    [
      { routes: { EmailRuleMatched: { contactFlowId: "flow", ruleName: "rule" } } },
      "routes.EmailRuleMatched: queueId is missing; ",
    ],
    [
      { routes: { CancelledOrder: { contactFlowId: "flow", source: "aws.orders" } } },
      'routes.CancelledOrder.source: "aws.orders" starts with aws., ',
    ],
    [
      { routes: { SlaDeadlineNear: { contactFlowId: "flow", source: "com.example.*" } } },
      'routes.SlaDeadlineNear.source: "com.example.*" is not a source of events ',
    ],
  ];
  for (const [props, message] of cases) {
    it(message, () => {
      assert.throws(
        () => stackWith(props),
        ({ name, message: text }: Error) => name === "SettingError" && text.startsWith(message),
      );
    });
  }
});

it("tokens pass, such as ids that another stack exports", () => {
  const app = new App();
  const other = new Stack(app, "Other", { env: { account: "111122223333", region: "us-east-1" } });
  const [vpc, subnet, group, key] = ["Vpc", "Subnet", "Group", "Key"].map(
    (id) => new CfnParameter(other, id).valueAsString,
  );
  const stack = stackWith({ vpc, vpcSubnets: [subnet], securityGroups: [group], encryptionKey: key }, app);
  const imported = (id: string) => ({
    "Fn::ImportValue": Match.stringLikeRegexp(`^Other:ExportsOutputRef${id}`),
  });
  Template.fromStack(stack).hasResourceProperties("AWS::Lambda::Function", {
    VpcConfig: { SubnetIds: [imported("Subnet")], SecurityGroupIds: [imported("Group")] },
  });
});
