import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { EventField } from "aws-cdk-lib/aws-events";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, CfnElement, Stack } from "aws-cdk-lib/core";
import type { IConstruct } from "constructs";
import { outcomeDetailTypes } from "../../events/detail-types.ts";
import { type Context, isAllowed, type Policies } from "../../test/policies/evaluate-access.ts";
import { readPolicies } from "../../test/policies/read-policies.ts";
import { ContactTransfer } from "../contact-transfer.ts";
import type { ContactTransferProps } from "../contact-transfer-props.ts";

const account = "arn:aws:connect:us-east-1:111122223333";
const instance = `${account}:instance/11111111-1111-4111-8111-111111111111`;
const foreign = `${account}:instance/33333333-3333-4333-8333-333333333333`;
const sqs = "arn:aws:sqs:us-east-1:111122223333";
const events = "arn:aws:events:us-east-1:111122223333";
const defaultBus = `${events}:event-bus/default`;
const eventBridge = "events.amazonaws.com";
const orders = "arn:aws:iam::444455556666:role/orders";
const sender = "arn:aws:iam::444455556666:role/queue-sender";
const sla = "arn:aws:iam::555566667777:role/sla";
const stranger = "arn:aws:iam::999999999999:role/anybody";
const ordersBus = "arn:aws:events:us-east-1:444455556666:event-bus/orders";
const requested = "Contact Transfer Requested";

/** The ARNs of a stack's resources by their names in the tables. */
type Arns = Readonly<Record<string, string>>;

function deploy(props: Partial<ContactTransferProps>, withKey = false): { arns: Arns; policies: Policies } {
  const stack = new Stack(new App(), "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  const encryptionKey = withKey ? new Key(stack, "Key") : undefined;
  const deadLetterEncryptionKey = withKey ? new Key(stack, "DeadLetterKey") : undefined;
  const code = Code.fromInline("exports.handler = async () => {};");
  const transfers = new ContactTransfer(stack, "Transfers", {
    instanceArns: [instance],
    code,
    encryptionKey,
    deadLetterEncryptionKey,
    ...props,
  });
  const route = transfers.route("Cancelled", {
    eventPattern: { source: ["com.example.shop"], detailType: ["Order Cancelled"] },
    intent: { contactId: EventField.fromPath("$.detail.contactId"), contactFlowId: "one" },
  });
  const producer = new Role(stack, "Producer", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  transfers.grantRequestTransfers(producer);
  const [operator, observer] = ["Operator", "Observer"].map(
    (id) => new Role(stack, id, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") }),
  );
  if (operator) transfers.grantOperate(operator);
  if (observer) transfers.grantOperate(observer, { readOnly: true });
  const admin = new Role(stack, "Admin", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  admin.addToPolicy(new PolicyStatement({ actions: ["events:*"], resources: ["*"] }));
  const template = Template.fromStack(stack).toJSON() as Parameters<typeof readPolicies>[0];
  const idOf = (construct: IConstruct | undefined) => {
    const element = construct?.node.defaultChild;
    return element instanceof CfnElement ? String(stack.resolve(element.logicalId)) : "none";
  };
  const busId = template.Resources[idOf(transfers.eventBus)]?.Properties?.Name;
  const arns = {
    function: `arn:aws:iam::111122223333:role/${idOf(transfers.function.role)}`,
    lambda: `arn:aws:lambda:us-east-1:111122223333:function:${idOf(transfers.function)}`,
    operator: `arn:aws:iam::111122223333:role/${idOf(operator)}`,
    observer: `arn:aws:iam::111122223333:role/${idOf(observer)}`,
    mapping: `arn:aws:lambda:us-east-1:111122223333:event-source-mapping:${idOf(transfers.eventSourceMapping)}`,
    stack: "arn:aws:cloudformation:us-east-1:111122223333:stack/Stack/1",
    admin: `arn:aws:iam::111122223333:role/${idOf(admin)}`,
    outcomeSender: `arn:aws:iam::111122223333:role/${idOf(transfers.node.tryFindChild("OutcomeSenderRole"))}`,
    producer: `arn:aws:iam::111122223333:role/${idOf(producer)}`,
    intents: `${sqs}:${idOf(transfers.intentQueue)}`,
    deadLetters: `${sqs}:${idOf(transfers.deadLetterQueue)}`,
    rule: `${events}:rule/${idOf(transfers.rule)}`,
    route: `${events}:rule/${idOf(route)}`,
    bus: busId === undefined ? defaultBus : `${events}:event-bus/${String(busId)}`,
    key: `arn:aws:kms:us-east-1:111122223333:key/${idOf(encryptionKey)}`,
    deadLetterKey: `arn:aws:kms:us-east-1:111122223333:key/${idOf(deadLetterEncryptionKey)}`,
    outcomeRule: `${events}:rule/${idOf(transfers.outcomeRule)}`,
    outcomes: `arn:aws:logs:us-east-1:111122223333:log-group:${idOf(transfers.outcomeLog)}:*`,
    log: `arn:aws:logs:us-east-1:111122223333:log-group:${idOf(transfers.logGroup)}:*`,
  };
  return { arns, policies: readPolicies(template) };
}

type Row = readonly [
  decision: "allowed" | "denied",
  principal: string,
  action: string,
  resources: string | readonly string[],
  context?: Context,
];

function decide(rows: readonly Row[], { arns, policies }: ReturnType<typeof deploy>): void {
  const named = (name: string) => arns[name] ?? name;
  for (const [decision, principal, action, resources, context = {}] of rows) {
    const list = typeof resources === "string" ? [resources] : resources;
    const shown = list.map((resource) => resource.replace(`${account}:`, "")).join(" + ");
    const under = Object.entries(context).map(([key, value]) => ` ${key}=${value}`);
    it(`${decision}: ${principal} ${action} on ${shown}${under.join("")}`, () => {
      const request = {
        principal: named(principal),
        action,
        resources: list.map(named),
        context: Object.fromEntries(
          Object.entries(context).map(([key, value]) => [
            key,
            typeof value === "string" ? named(value) : value,
          ]),
        ),
      };
      assert.equal(isAllowed(request, policies) ? "allowed" : "denied", decision);
    });
  }
}

const transfer = "connect:TransferContact";
const contact = `${instance}/contact/c`;
const flow = `${instance}/contact-flow/one`;
const from = (source: string, detailType = requested) => ({
  "events:source": source,
  "events:detail-type": detailType,
});
/** A call with several entries, if IAM sees all of them at once. */
const fromAll = (sources: readonly string[], detailTypes: readonly string[] = [requested]) => ({
  "events:source": sources,
  "events:detail-type": detailTypes,
});
const by = (arn: string) => ({ "aws:SourceArn": arn, "aws:SourceAccount": "111122223333" });

describe("with named flows, on the default bus", () => {
  decide(
    [
      ["allowed", "function", transfer, [instance, contact, flow]],
      ["denied", "function", transfer, [instance, contact, `${instance}/contact-flow/two`]],
      ["denied", "function", transfer, [foreign, `${foreign}/contact/c`, `${foreign}/contact-flow/one`]],
      ["denied", "function", transfer, [instance, `${foreign}/contact/c`, flow]],
      ["denied", "function", transfer, [instance, contact, `${instance}/queue/q`]],
      ["denied", "function", "connect:StopContact", [instance, contact]],
      ["denied", "function", "connect:DescribeContact", [instance, contact]],
      ["denied", "function", "connect:UpdateContact", [instance, contact]],
      ["denied", "function", "connect:StartTaskContact", [instance, flow]],
      ["denied", "producer", transfer, [instance, contact, flow]],
      ["allowed", "function", "events:PutEvents", "bus", from("contact-transfer", "Contact Transfer Failed")],
      ["denied", "function", "events:PutEvents", "bus", from("com.example.orders")],
      ["denied", "function", "events:PutEvents", "bus", from("contact-transfer", requested)],
      ["denied", "function", "events:PutEvents", "bus", { "events:source": "contact-transfer" }],
      ["allowed", "function", "events:PutEvents", "bus", fromAll(["contact-transfer"], outcomeDetailTypes)],
      [
        "denied",
        "function",
        "events:PutEvents",
        "bus",
        fromAll(["contact-transfer"], ["Contact Transfer Failed", requested]),
      ],
      ["denied", "function", "events:PutEvents", "bus", {}],
      ["denied", "function", "events:PutEvents", `${events}:event-bus/other`, from("contact-transfer")],
      ["denied", "function", "events:PutRule", "rule"],
      ["allowed", "function", "sqs:ReceiveMessage", "intents"],
      ["allowed", "function", "sqs:DeleteMessage", "intents"],
      ["allowed", "function", "sqs:ChangeMessageVisibility", "intents"],
      ["allowed", "function", "sqs:GetQueueAttributes", "intents"],
      ["allowed", "function", "sqs:SendMessage", "intents"],
      ["denied", "function", "sqs:SendMessage", "intents", { "aws:SecureTransport": "false" }],
      ["denied", "function", "sqs:PurgeQueue", "intents"],
      ["denied", "function", "sqs:SetQueueAttributes", "intents"],
      ["allowed", "function", "sqs:SendMessage", "deadLetters"],
      ["denied", "function", "sqs:SendMessage", "deadLetters", { "aws:SecureTransport": "false" }],
      ["denied", "function", "sqs:ReceiveMessage", "intents", { "aws:SecureTransport": "false" }],
      ["denied", "function", "sqs:ReceiveMessage", "deadLetters"],
      ["denied", "function", "sqs:DeleteMessage", "deadLetters"],
      ["denied", "function", "sqs:SendMessage", `${sqs}:other`],
      ["allowed", "function", "logs:PutLogEvents", "log"],
      ["allowed", "function", "logs:CreateLogStream", "log"],
      ["denied", "function", "logs:CreateLogGroup", "log"],
      ["denied", "function", "logs:PutLogEvents", "arn:aws:logs:us-east-1:111122223333:log-group:other:*"],
      ["denied", "function", "lambda:InvokeFunction", "lambda"],
      ["denied", "function", "iam:PassRole", "function"],
      ["allowed", "lambda.amazonaws.com", "sts:AssumeRole", "function"],
      ["denied", eventBridge, "sts:AssumeRole", "function"],
      ["denied", orders, "sts:AssumeRole", "function"],
      ["allowed", eventBridge, "sqs:SendMessage", "intents", by("rule")],
      ["allowed", eventBridge, "sqs:SendMessage", "intents", by("route")],
      ["allowed", eventBridge, "sqs:SendMessage", "deadLetters", by("rule")],
      ["allowed", eventBridge, "sqs:SendMessage", "deadLetters", by("route")],
      ["allowed", eventBridge, "sqs:SendMessage", "deadLetters", by("outcomeRule")],
      ["denied", eventBridge, "sqs:SendMessage", "intents", by("outcomeRule")],
      ["allowed", eventBridge, "logs:CreateLogStream", "outcomes", {}],
      ["allowed", eventBridge, "logs:PutLogEvents", "outcomes", by("outcomeRule")],
      ["denied", eventBridge, "logs:PutLogEvents", "outcomes", {}],
      [
        "denied",
        eventBridge,
        "logs:PutLogEvents",
        "outcomes",
        by("arn:aws:events:us-east-1:999999999999:rule/theirs"),
      ],
      ["denied", eventBridge, "logs:PutLogEvents", "log", by("outcomeRule")],
      ["denied", "function", "logs:PutLogEvents", "outcomes"],
      ["denied", eventBridge, "sqs:SendMessage", "intents", by(`${events}:rule/other`)],
      ["denied", eventBridge, "sqs:SendMessage", "intents", {}],
      ["denied", eventBridge, "sqs:GetQueueAttributes", "intents", by("rule")],
      ["denied", eventBridge, "sqs:ReceiveMessage", "intents", by("rule")],
      ["denied", eventBridge, "lambda:InvokeFunction", "lambda", by("rule")],
      ["denied", stranger, "sqs:SendMessage", "intents"],
      ["denied", stranger, "events:PutEvents", "bus", from("com.example.orders")],
      ["allowed", "producer", "events:PutEvents", "bus", from("com.example.orders")],
      [
        "denied",
        "producer",
        "events:PutEvents",
        "bus",
        from("com.example.orders", "Contact Transfer Failed"),
      ],
      ["denied", "producer", "events:PutEvents", "bus", {}],
      ["denied", "producer", "events:PutEvents", `${events}:event-bus/other`, from("com.example.orders")],
      ["denied", "producer", "sqs:SendMessage", "intents"],
    ],
    deploy({ contactFlowIds: ["one"] }),
  );
});

/** What the operator's commands call, and whether it changes anything. */
const operatorCalls = [
  ["looks", "cloudformation:DescribeStacks", "stack"],
  ["looks", "cloudformation:GetTemplate", "stack"],
  ["looks", "sqs:ReceiveMessage", "deadLetters"],
  ["looks", "sqs:ChangeMessageVisibility", "deadLetters"],
  ["looks", "sqs:GetQueueAttributes", "deadLetters"],
  ["looks", "sqs:GetQueueAttributes", "intents"],
  ["looks", "logs:FilterLogEvents", "outcomes"],
  ["looks", "logs:FilterLogEvents", "log"],
  ["looks", "cloudwatch:DescribeAlarms", "arn:aws:cloudwatch:us-east-1:111122223333:alarm:*"],
  ["looks", "connect:DescribeContact", [instance, contact]],
  ["looks", "connect:ListAssociatedContacts", [instance, contact]],
  ["looks", "events:DescribeRule", "rule"],
  ["looks", "lambda:GetEventSourceMapping", "mapping"],
  ["changes", "sqs:SendMessage", "intents"],
  ["changes", "sqs:SendMessage", "deadLetters"],
  ["changes", "sqs:DeleteMessage", "deadLetters"],
  ["changes", "events:PutEvents", "bus", from("com.example.orders")],
  ["changes", "lambda:UpdateEventSourceMapping", "mapping"],
  ["is beyond both", "sqs:ReceiveMessage", "intents"],
  ["is beyond both", "sqs:ChangeMessageVisibility", "intents"],
  ["is beyond both", "sqs:DeleteMessage", "intents"],
  ["is beyond both", "sqs:PurgeQueue", "deadLetters"],
  ["changes", "events:PutEvents", "bus", from("contact-transfer", "Contact Transfer Succeeded")],
  ["is beyond both", "events:PutEvents", "bus", from("contact-transfer", "Order Cancelled")],
  ["is beyond both", transfer, [instance, contact, flow]],
  [
    "is beyond both",
    "cloudformation:DescribeStacks",
    "arn:aws:cloudformation:us-east-1:111122223333:stack/Other/1",
  ],
  ["is beyond both", "lambda:UpdateFunctionCode", "lambda"],
] as const;

for (const withKey of [false, true]) {
  describe(`operators${withKey ? " of queues with keys" : ""}`, () => {
    const deployed = deploy(withKey ? { eventBus: "own" } : {}, withKey);
    const rows = operatorCalls.flatMap(([kind, ...call]): Row[] => [
      [kind === "is beyond both" ? "denied" : "allowed", "operator", ...call],
      [kind === "looks" ? "allowed" : "denied", "observer", ...call],
    ]);
    decide(rows, deployed);
  });
}

describe("operators of queues with keys", () => {
  const throughSqs = { "kms:ViaService": "sqs.us-east-1.amazonaws.com" };
  decide(
    [
      ["allowed", "observer", "kms:Decrypt", "deadLetterKey", throughSqs],
      ["denied", "observer", "kms:GenerateDataKey", "deadLetterKey", throughSqs],
      ["denied", "observer", "kms:Decrypt", "key", throughSqs],
      ["allowed", "operator", "kms:GenerateDataKey", "key", throughSqs],
      ["allowed", "operator", "kms:Decrypt", "key", throughSqs],
      ["allowed", "operator", "kms:GenerateDataKey", "deadLetterKey", throughSqs],
      ["denied", "operator", "kms:Decrypt", "key", {}],
    ],
    deploy({}, true),
  );
});

describe("without named flows", () => {
  decide(
    [
      ["allowed", "function", transfer, [instance, contact, `${instance}/contact-flow/any`]],
      ["denied", "function", transfer, [instance, contact, `${foreign}/contact-flow/any`]],
      ["denied", "function", transfer, [`${instance}-not`, contact, flow]],
      ["denied", "function", transfer, [instance, `${instance}/agent/a`, flow]],
    ],
    deploy({}),
  );
});

const inOrganization = (source: string, detailType?: string) => ({
  ...from(source, detailType),
  "aws:PrincipalOrgID": "o-a1b2c3d4e5",
});

describe("with direct delivery, on an own bus with a key, for producers of other accounts", () => {
  const deployed = deploy(
    {
      delivery: "direct",
      eventBus: "own",
      eventSources: ["com.example.orders"],
      producers: [
        { account: "444455556666", sources: ["com.example.orders"], outcomeBusArn: ordersBus },
        { account: "555566667777", sources: ["com.example.sla"] },
        { organizationId: "o-a1b2c3d4e5", sources: ["com.example.orders", "com.example.returns"] },
      ],
      queuePrincipalArns: [sender],
    },
    true,
  );
  const { bus = "" } = deployed.arns;
  const throughSqs = { "kms:ViaService": "sqs.us-east-1.amazonaws.com" };
  const foreignBus = "arn:aws:events:us-east-1:999999999999:event-bus/theirs";
  const encryptingForeign = { "kms:EncryptionContext:aws:events:event-bus:arn": foreignBus };
  const logsService = "logs.us-east-1.amazonaws.com";
  const forLog = (owner: string) => ({
    "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:us-east-1:${owner}:log-group:any`,
  });
  const encrypting = { ...by(bus), "kms:EncryptionContext:aws:events:event-bus:arn": bus };
  decide(
    [
      ["allowed", "function", "sqs:SendMessage", "intents"],
      ["allowed", eventBridge, "lambda:InvokeFunction", "lambda", by("rule")],
      ["allowed", eventBridge, "lambda:InvokeFunction", "lambda", by("route")],
      ["denied", eventBridge, "lambda:InvokeFunction", "lambda", by(`${events}:rule/other`)],
      ["denied", eventBridge, "lambda:InvokeFunction", "lambda", {}],
      ["denied", orders, "lambda:InvokeFunction", "lambda"],
      ["allowed", eventBridge, "sqs:SendMessage", "intents", by("rule")],
      ["allowed", eventBridge, "sqs:SendMessage", "deadLetters", by("bus")],
      ["denied", eventBridge, "sqs:SendMessage", "intents", by("bus")],
      ["allowed", orders, "events:PutEvents", "bus", from("com.example.orders")],
      ["denied", orders, "events:PutEvents", "bus", from("contact-transfer")],
      ["denied", orders, "events:PutEvents", "bus", from("com.example.sla")],
      ["allowed", sla, "events:PutEvents", "bus", from("com.example.sla")],
      ["denied", sla, "events:PutEvents", "bus", from("com.example.orders")],
      ["denied", sla, "events:PutEvents", "bus", fromAll(["com.example.sla", "com.example.orders"])],
      ["allowed", sla, "events:PutEvents", "bus", fromAll(["com.example.sla"])],
      ["denied", "admin", "events:PutEvents", "bus", from("contact-transfer", "Contact Transfer Failed")],
      ["denied", "admin", "events:PutEvents", "bus", fromAll(["com.example.orders", "contact-transfer"])],
      ["allowed", "admin", "events:PutEvents", "bus", from("com.example.orders", "Order Cancelled")],
      ["allowed", "outcomeSender", "events:PutEvents", ordersBus],
      ["denied", "outcomeSender", "events:PutEvents", "bus"],
      ["denied", orders, "events:PutEvents", "bus", from("com.example.orders", "Contact Transfer Succeeded")],
      ["denied", orders, "events:PutEvents", "bus", { "events:source": "com.example.orders" }],
      ["denied", orders, "events:PutEvents", "bus", { "events:detail-type": requested }],
      ["denied", orders, "events:PutEvents", "bus", {}],
      ["denied", orders, "events:PutEvents", defaultBus, from("com.example.orders")],
      ["denied", orders, "events:PutRule", "bus", from("com.example.orders")],
      ["allowed", stranger, "events:PutEvents", "bus", inOrganization("com.example.orders")],
      ["denied", stranger, "events:PutEvents", "bus", from("com.example.orders")],
      ["allowed", stranger, "events:PutEvents", "bus", inOrganization("com.example.returns")],
      ["denied", stranger, "events:PutEvents", "bus", inOrganization("com.example.other")],
      ["denied", stranger, "events:PutEvents", "bus", { "aws:PrincipalOrgID": "o-a1b2c3d4e5" }],
      [
        "denied",
        stranger,
        "events:PutEvents",
        "bus",
        { ...from("com.example.orders"), "aws:PrincipalOrgID": "o-zzzzzzzzzz" },
      ],
      ["allowed", "producer", "events:PutEvents", "bus", from("com.example.orders")],
      ["denied", "producer", "events:PutEvents", "bus", from("com.example.other")],
      ["allowed", "function", "events:PutEvents", "bus", from("contact-transfer", "Contact Transfer Failed")],
      ["denied", "function", "events:PutEvents", defaultBus, from("contact-transfer")],
      ["allowed", sender, "sqs:SendMessage", "intents"],
      ["denied", sender, "sqs:SendMessage", "intents", { "aws:SecureTransport": "false" }],
      ["denied", sender, "sqs:SendMessage", "deadLetters"],
      ["denied", sender, "sqs:ReceiveMessage", "intents"],
      ["denied", orders, "sqs:SendMessage", "intents"],
      ["denied", stranger, "sqs:SendMessage", "intents", { "aws:PrincipalOrgID": "o-a1b2c3d4e5" }],
      ["allowed", "function", "kms:Decrypt", "key", throughSqs],
      ["allowed", "function", "kms:GenerateDataKey", "key", throughSqs],
      ["denied", "function", "kms:Decrypt", "key", {}],
      ["denied", "function", "kms:Decrypt", "key", { "kms:ViaService": "s3.us-east-1.amazonaws.com" }],
      ["denied", "function", "kms:ScheduleKeyDeletion", "key", throughSqs],
      ["denied", "function", "kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/other", throughSqs],
      ["allowed", sender, "kms:GenerateDataKey", "key", throughSqs],
      ["denied", sender, "kms:GenerateDataKey", "key", {}],
      ["denied", orders, "kms:Decrypt", "key", throughSqs],
      ["allowed", eventBridge, "kms:GenerateDataKey", "key", by("rule")],
      ["allowed", eventBridge, "kms:Decrypt", "key", by("route")],
      ["denied", eventBridge, "kms:Decrypt", "key", by("arn:aws:events:us-east-1:999999999999:rule/theirs")],
      ["denied", eventBridge, "kms:Decrypt", "key", {}],
      ["allowed", eventBridge, "kms:GenerateDataKey", "key", encrypting],
      ["allowed", eventBridge, "kms:GenerateDataKey", "key", { "aws:SourceArn": "rule" }],
      ["allowed", eventBridge, "kms:GenerateDataKey", "deadLetterKey", { "aws:SourceArn": "rule" }],
      ["allowed", eventBridge, "kms:GenerateDataKey", "deadLetterKey", { "aws:SourceArn": bus }],
      ["denied", eventBridge, "kms:GenerateDataKey", "deadLetterKey", { "aws:SourceArn": foreignBus }],
      ["denied", eventBridge, "kms:GenerateDataKey", "deadLetterKey", encryptingForeign],
      ["allowed", "function", "kms:GenerateDataKey", "deadLetterKey", throughSqs],
      ["denied", sender, "kms:GenerateDataKey", "deadLetterKey", throughSqs],
      ["allowed", logsService, "kms:GenerateDataKey", "key", forLog("111122223333")],
      ["allowed", logsService, "kms:Decrypt", "key", forLog("111122223333")],
      ["denied", logsService, "kms:Decrypt", "key", forLog("999999999999")],
      ["denied", logsService, "kms:Decrypt", "key", {}],
      ["denied", logsService, "kms:Decrypt", "deadLetterKey", forLog("111122223333")],
      ["allowed", eventBridge, "kms:DescribeKey", "key", { "aws:SourceAccount": "111122223333" }],
      ["denied", eventBridge, "kms:DescribeKey", "key", { "aws:SourceAccount": "999999999999" }],
      ["denied", "lambda.amazonaws.com", "kms:Decrypt", "key", throughSqs],
    ],
    deployed,
  );
});

it("the role's only wildcards are contacts, unnamed flows, its log's streams, and X-Ray's two actions, which take no resource", () => {
  const wildcards = (props: Partial<ContactTransferProps>, withKey = false) => {
    const { arns, policies } = deploy(props, withKey);
    const statements = policies.identity.get(arns.function ?? "") ?? [];
    const all = statements.flatMap(({ Action = [], Resource = [] }) => [Action, Resource].flat());
    return { found: all.filter((text) => text.includes("*")).sort(), log: arns.log };
  };
  const open = wildcards({ delivery: "direct" }, true);
  assert.deepEqual(open.found, ["*", `${instance}/contact-flow/*`, `${instance}/contact/*`, open.log]);
  const limited = wildcards({ contactFlowIds: ["one"] });
  assert.deepEqual(limited.found, ["*", `${instance}/contact/*`, limited.log]);
});
