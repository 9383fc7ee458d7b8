import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { EventBus } from "aws-cdk-lib/aws-events";
import { Code } from "aws-cdk-lib/aws-lambda";
import { ContactTransfer } from "./contact-transfer.ts";
import { isDefaultBus } from "./resources/event-bus.ts";

const instance = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";

/** What an app has whose aws-cdk-lib is not the construct's: the same modules, loaded once more. */
function loadAnotherCopy() {
  const require = createRequire(import.meta.url);
  for (const file of Object.keys(require.cache)) {
    if (/[\\/]aws-cdk-lib[\\/]/.test(file)) Reflect.deleteProperty(require.cache, file);
  }
  const core: typeof import("aws-cdk-lib/core") = require("aws-cdk-lib/core");
  const events: typeof import("aws-cdk-lib/aws-events") = require("aws-cdk-lib/aws-events");
  const iam: typeof import("aws-cdk-lib/aws-iam") = require("aws-cdk-lib/aws-iam");
  const kms: typeof import("aws-cdk-lib/aws-kms") = require("aws-cdk-lib/aws-kms");
  return { core, events, iam, kms };
}

describe("an app with a copy of aws-cdk-lib of its own", () => {
  const { core, events, iam, kms } = loadAnotherCopy();
  const stack = new core.Stack(new core.App(), "Stack", {
    env: { account: "111122223333", region: "us-east-1" },
  });
  const eventBus = new events.EventBus(stack, "Bus");
  const transfers = new ContactTransfer(stack, "Transfers", {
    instanceArns: [instance],
    eventSources: ["com.example.orders"],
    code: Code.fromInline("exports.handler = async () => {};"),
    eventBus,
    encryptionKey: new kms.Key(stack, "Key"),
    retryFor: core.Duration.minutes(5),
  });
  const rule = transfers.route("Overdue", {
    eventPattern: { source: ["com.example.sla"], detailType: ["Task Overdue"] },
    intent: {
      contactId: events.EventField.fromPath("$.detail.contactId"),
      contactFlowId: "flow",
      intentId: events.EventField.fromPath("$.detail.slaId"),
      metadata: { at: events.EventField.fromPath("$.detail.at") },
    },
  });
  const orders = new iam.Role(stack, "Orders", { assumedBy: new iam.AccountRootPrincipal() });
  transfers.grantRequestTransfers(orders);
  const { Resources } = Template.fromStack(stack).toJSON();

  it("is really another copy", () => {
    assert.notEqual(events.EventBus, EventBus);
    assert.ok(!(eventBus instanceof EventBus));
  });

  it("maps its fields of the event", () => {
    const logicalId = stack.getLogicalId(rule.node.defaultChild as import("aws-cdk-lib").CfnElement);
    const { InputPathsMap, InputTemplate } = Resources[logicalId].Properties.Targets[0].InputTransformer;
    assert.deepEqual(Object.values(InputPathsMap).toSorted(), [
      "$.detail.at",
      "$.detail.contactId",
      "$.detail.slaId",
      "$.id",
      "$.source",
      "$.time",
    ]);
    assert.doesNotMatch(InputTemplate, /\$\.|EventField|Token/);
  });

  it("has a bus that is known not to be the default one", () => {
    assert.equal(isDefaultBus(eventBus), false);
  });

  it("grants its roles, and keeps its durations", () => {
    const resources = Object.values<{ Type: string; Properties: unknown }>(Resources);
    const actions = resources
      .filter(({ Type }) => Type === "AWS::IAM::Policy")
      .map((each) => JSON.stringify(each));
    assert.ok(
      actions.some((policy) => policy.includes("com.example.orders") && policy.includes("events:PutEvents")),
    );
    assert.ok(resources.some((each) => JSON.stringify(each).includes('"RETRY_FOR_SECONDS":"300"')));
  });
});
