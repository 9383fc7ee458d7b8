import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, Aws, Stack } from "aws-cdk-lib/core";
import type { MetricName } from "../../lambda/runtime/metric-list.ts";
import { instanceArn } from "../../test/makers.ts";
import { ContactTransfer } from "../contact-transfer.ts";
import type { ContactTransferProps } from "../contact-transfer-props.ts";
import { compileEventPattern } from "../eventbridge/event-pattern.ts";
import { contactEventQueries, savedQueries } from "./saved-queries.ts";

/** A transferred task is queued. */
const eventOfConnect = {
  version: "0",
  id: "1",
  "detail-type": "Amazon Connect Contact Event",
  source: "aws.connect",
  account: "111122223333",
  time: "2026-11-24T10:00:00Z",
  region: "us-east-1",
  resources: [],
  detail: {
    eventType: "QUEUED",
    contactId: "task-2",
    previousContactId: "task-1",
    channel: "TASK",
    instanceArn,
    initiationMethod: "TELEPORT",
  },
};

function stackOf(props: Partial<ContactTransferProps> = {}): Stack {
  const stack = new Stack(new App(), "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  const code = Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });");
  new ContactTransfer(stack, "Transfers", { instanceArns: [instanceArn], code, ...props });
  return stack;
}

function templateOf(props: Partial<ContactTransferProps> = {}): Template {
  return Template.fromStack(stackOf(props));
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
  it("keeps both outcomes of the stack's source for 30 days", () => {
    const template = templateOf({ outcomeSource: "com.example.transfers" });
    template.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: {
        account: ["111122223333"],
        source: ["com.example.transfers"],
        "detail-type": ["Contact Transfer Succeeded", "Contact Transfer Failed"],
      },
    });
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 30 });
  });

  it("has the policy that AWS documents, as its own: an account has only ten others", () => {
    const template = templateOf();
    template.resourceCountIs("AWS::Logs::ResourcePolicy", 0);
    const groups = Object.values(template.findResources("AWS::Logs::LogGroup"));
    const [policy, ...others] = groups.flatMap(({ Properties }) => Properties.ResourcePolicyDocument ?? []);
    assert.deepEqual(others, []);
    const source = {
      "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":events:us-east-1:111122223333:rule/*"]],
    };
    assert.deepEqual(
      policy.Statement.map(({ Action, Condition }: Record<string, unknown>) => [Action, Condition]),
      [
        ["logs:CreateLogStream", undefined],
        ["logs:PutLogEvents", { ArnLike: { "aws:SourceArn": source } }],
      ],
    );
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

  it("keeps the later events of transferred contacts if asked to, and nothing else of Connect", () => {
    const template = templateOf({ contactEvents: true, transferMethods: ["TELEPORT"] });
    const [rule] = Object.values(
      template.findResources("AWS::Events::Rule", {
        Properties: { EventPattern: { source: ["aws.connect"] } },
      }),
    );
    assert.equal(rule?.Properties.EventBusName, undefined);
    const matches = compileEventPattern(rule?.Properties.EventPattern);
    const event = (detail: object, more: object = {}) => ({
      ...eventOfConnect,
      ...more,
      detail: { ...eventOfConnect.detail, ...detail },
    });
    const kept = {
      "a transferred task that is queued": event({}),
      "values in another case": event({ eventType: "Queued", channel: "Task", initiationMethod: "Teleport" }),
      "an email that is with an agent": event({ eventType: "CONNECTED_TO_AGENT", channel: "EMAIL" }),
      "an end": event({ eventType: "DISCONNECTED" }),
    };
    const left = {
      "a contact that no transfer has made": event({ previousContactId: undefined }),
      "an agent's answer to an email": event({ initiationMethod: "AGENT_REPLY" }),
      "a call": event({ channel: "VOICE" }),
      "another instance": event({ instanceArn: `${instanceArn}0` }),
      "an update of its data": event({ eventType: "CONTACT_DATA_UPDATED" }),
      "another account": event({}, { account: "444455556666" }),
      "another event of Connect": event({}, { "detail-type": "Contact Lens Email Rules Matched" }),
    };
    for (const [what, one] of Object.entries(kept))
      assert.equal(matches(JSON.parse(JSON.stringify(one))), true, what);
    for (const [what, one] of Object.entries(left))
      assert.equal(matches(JSON.parse(JSON.stringify(one))), false, what);
    const queries = Object.values(template.findResources("AWS::Logs::QueryDefinition"));
    assert.equal(queries.length, Object.keys({ ...savedQueries, ...contactEventQueries }).length);
  });

  it("can be disabled, with its rule, policy and queries", () => {
    const template = templateOf({ outcomeLog: false });
    template.resourceCountIs("AWS::Logs::LogGroup", 1);
    template.resourceCountIs("AWS::Events::Rule", 1);
    template.resourceCountIs("AWS::Logs::QueryDefinition", 0);
  });
});

it("without a topic or an action of the app, alarms have no action, and synth says so", () => {
  Annotations.fromStack(stackOf()).hasWarning(
    "/Stack/Transfers",
    Match.stringLikeRegexp("The alarms notify nobody"),
  );
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

it("alarms do what the app says, besides notifying the topic", () => {
  const alarmTopicArn = "arn:aws:sns:us-east-1:111122223333:operators";
  const own = "arn:aws:ssm:us-east-1:111122223333:opsitem:1";
  const alarmActions = [{ bind: () => ({ alarmActionArn: own }) }];
  const stack = stackOf({ alarmTopicArn, alarmActions, eventSources: ["com.example.orders"] });
  Annotations.fromStack(stack).hasNoWarning("*", Match.anyValue());
  const both = [alarmTopicArn, own];
  Template.fromStack(stack).allResourcesProperties("AWS::CloudWatch::Alarm", {
    AlarmActions: both,
    OKActions: both,
  });
});

describe("a metric or a reason that does not exist is refused, since an alarm on it would never fire:", () => {
  const stack = new Stack(new App(), "Metrics", { env: { account: "111122223333", region: "us-east-1" } });
  const code = Code.fromInline("exports.handler = async () => {};");
  const transfers = new ContactTransfer(stack, "Transfers", { instanceArns: [instanceArn], code });
  const cases: readonly [() => unknown, RegExp][] = [
    [
      () => transfers.metric("Succeded" as MetricName),
      /^"Succeded" is not a metric: did you mean Succeeded\?$/,
    ],
    [
      () => transfers.metricFailed({ reason: "AccesDenied" }),
      /^"AccesDenied" is not a reason of the metric Failed: did you mean AccessDenied\?$/,
    ],
    [
      () => transfers.metricFailed({ reason: "OutcomeNotPublished" }),
      /^"OutcomeNotPublished" is not a reason of the metric Failed: there are InvalidIntent, /,
    ],
    [
      () => transfers.metricRetried({ reason: "WaitsForSlot" }),
      /^"WaitsForSlot" is not a reason of the metric Retried: there are InvalidIntent, /,
    ],
  ];
  for (const [make, message] of cases) {
    it(message.source, () => assert.throws(make, { name: "SettingError", message }));
  }

  it("those that exist are there, and tokens pass", () => {
    assert.deepEqual(transfers.metricRetried({ reason: "OutcomeNotPublished" }).dimensions, {
      service: "Metrics/Transfers",
      reason: "OutcomeNotPublished",
    });
    transfers.metricFailed({ reason: Aws.STACK_NAME });
  });
});

it("a construct's id that CloudWatch does not take as a dimension is refused", () => {
  const code = Code.fromInline("exports.handler = async () => {};");
  for (const id of ["Übergabe", "a:b", "a*b", "x".repeat(250)]) {
    const stack = new Stack(new App(), "Stack");
    assert.throws(() => new ContactTransfer(stack, id, { instanceArns: [instanceArn], code }), {
      name: "SettingError",
      message: /^"Stack\/.* cannot be the metrics' dimension "service"/,
    });
  }
});

it("docs/deploy.md counts the alarms of the default stack and the metrics they are billed by", async () => {
  const alarms = Object.values(templateOf().findResources("AWS::CloudWatch::Alarm"));
  const metrics = alarms.flatMap(({ Properties: { Metrics = [{ MetricStat: {} }] } }) =>
    Metrics.filter(({ MetricStat }: { MetricStat?: unknown }) => MetricStat),
  );
  const page = await readFile(new URL("../../docs/deploy.md", import.meta.url), "utf8");
  const cost = `$${(metrics.length / 10).toFixed(2)}`;
  assert.ok(page.includes(`| ${alarms.length} alarms on ${metrics.length} metrics ($0.10 each) | ${cost} |`));
  assert.match(page, new RegExp(`an outcome log, ${alarms.length}\\s+alarms`));
});
