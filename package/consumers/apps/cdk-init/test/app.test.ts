import { Template } from "aws-cdk-lib/assertions";
import * as cdk from "aws-cdk-lib/core";
import { AppStack } from "../lib/app-stack";

test("the app's stack has two routes and the prebuilt function", () => {
  const stack = new AppStack(new cdk.App({ builtinCloudFormationValidation: false }), "AppStack", {
    env: { account: "111122223333", region: "us-east-1" },
  });
  const template = Template.fromStack(stack);
  const rules = Object.values(template.findResources("AWS::Events::Rule"));
  const maps = rules.flatMap((rule) => rule.Properties.Targets[0].InputTransformer?.InputPathsMap ?? []);
  expect(maps.flatMap((map) => Object.values(map))).toContain("$.detail.taskContactId");
  template.hasResourceProperties("AWS::Lambda::Function", {
    Runtime: "nodejs24.x",
    Handler: "index.handler",
  });
});
