import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { EventBus } from "aws-cdk-lib/aws-events";
import { Key } from "aws-cdk-lib/aws-kms";
import { CfnFunction, Code } from "aws-cdk-lib/aws-lambda";
import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import { App, CfnElement, Duration, Stack, Validations } from "aws-cdk-lib/core";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";
import { metricList } from "../../lambda/runtime/metric-list.ts";
import { ContactTransfer } from "../contact-transfer.ts";
import type { ContactTransferProps } from "../contact-transfer-props.ts";

const instance = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";
const code = Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });");
type Make = Partial<ContactTransferProps> | ((stack: Stack) => Partial<ContactTransferProps>);

function transfersIn(make: Make = {}, app = new App()) {
  const stack = new Stack(app, "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  const props = typeof make === "function" ? make(stack) : make;
  const transfers = new ContactTransfer(stack, "Transfers", { instanceArns: [instance], code, ...props });
  return {
    app,
    stack,
    transfers,
    value: (token: unknown) => stack.resolve(token),
    properties: (construct: IConstruct) => {
      const element = construct.node.defaultChild;
      assert.ok(element instanceof CfnElement);
      return Template.fromStack(stack).toJSON().Resources[stack.getLogicalId(element)].Properties;
    },
  };
}

const withKey = (more: Partial<ContactTransferProps> = {}) =>
  ((stack: Stack) => ({
    encryptionKey: new Key(stack, "Key", { enableKeyRotation: true }),
    ...more,
  })) satisfies Make;

describe("direct delivery", () => {
  it("the rule calls the function, which has reserved concurrency and Lambda's dead-letter queue", () => {
    const { transfers, properties, value } = transfersIn({ delivery: "direct" });
    const [target] = properties(transfers.rule).Targets;
    assert.deepEqual(target.Arn, value(transfers.function.functionArn));
    const { ReservedConcurrentExecutions, DeadLetterConfig, Environment } = properties(transfers.function);
    assert.equal(ReservedConcurrentExecutions, 3);
    assert.deepEqual(DeadLetterConfig, { TargetArn: value(transfers.deadLetterQueue.queueArn) });
    assert.equal(Environment.Variables.ENQUEUE_UNFINISHED, "true");
    assert.equal(Environment.Variables.MAX_CONCURRENCY, "3");
  });

  it("the queue's mapping stays enabled and leaves one instance to events", () => {
    const direct = transfersIn({ delivery: "direct", maxConcurrency: 4, batchSize: 5 });
    const { ScalingConfig, Enabled } = direct.properties(direct.transfers.eventSourceMapping);
    assert.deepEqual(ScalingConfig, { MaximumConcurrency: 3 });
    assert.equal(Enabled, true);
  });
});

describe("paused", () => {
  for (const delivery of ["queue", "direct"] as const) {
    it(`with delivery ${delivery}, every rule sends to the queue and nothing is consumed from it`, () => {
      const { transfers, properties, value } = transfersIn({ paused: true, delivery });
      const rules = [
        transfers.rule,
        transfers.route("Cancelled", {
          eventPattern: { source: ["shop"], detailType: ["Order Cancelled"] },
          intent: { contactId: "c", contactFlowId: "f" },
        }),
      ];
      for (const rule of rules) {
        assert.equal(properties(rule).State, "ENABLED");
        assert.deepEqual(properties(rule).Targets[0].Arn, value(transfers.intentQueue.queueArn));
      }
      assert.equal(properties(transfers.eventSourceMapping).Enabled, false);
    });
  }

  it("and resumed differ only in the mapping and the alarms' actions, so that nothing is replaced", () => {
    const templates = [true, false].map((paused) =>
      Template.fromStack(transfersIn({ paused }).stack).toJSON(),
    );
    const [resumed, paused] = templates.map(({ Resources }) => Resources as Record<string, object>);
    const changed = Object.keys(resumed ?? {}).filter(
      (id) => JSON.stringify(resumed?.[id]) !== JSON.stringify(paused?.[id]),
    );
    const changedNames = changed.map((id) => /^Transfers(\w+?)[0-9A-F]{8}$/.exec(id)?.[1]);
    assert.deepEqual(changedNames.sort(), [
      "EventSourceMapping",
      "IntentsAging",
      "NothingTransferred",
      "QueueNotPolled",
    ]);
    assert.deepEqual(Object.keys(resumed ?? {}), Object.keys(paused ?? {}));
  });
});

describe("buses", () => {
  it("an own bus receives requests and outcomes, and holds the rule", () => {
    const { transfers, properties, value } = transfersIn({ eventBus: "own" });
    const name = value(transfers.eventBus.eventBusName);
    assert.deepEqual(properties(transfers.rule).EventBusName, name);
    assert.deepEqual(properties(transfers.function).Environment.Variables.EVENT_BUS_NAME, name);
  });

  it("a bus of the same app is referenced", () => {
    const { transfers, properties, value } = transfersIn((stack) => ({
      eventBus: new EventBus(stack, "Mine"),
    }));
    assert.deepEqual(properties(transfers.rule).EventBusName, value(transfers.eventBus.eventBusName));
  });

  it("producers of other accounts are refused on a bus whose policy the app does not own", () => {
    const props = { eventBusName: "orders", eventSources: ["a"], producers: { accounts: ["444455556666"] } };
    assert.throws(() => transfersIn(props), {
      name: "SettingError",
      message:
        'producers: the policy of the bus orders cannot be changed by this app: set eventBus: "own", or a bus that the app creates, to let in accounts and organizations.',
    });
  });
});

it("a key encrypts the queues and the own bus", () => {
  const { transfers, properties, stack } = transfersIn(withKey({ eventBus: "own" }));
  const keyArn = stack.resolve(transfers.intentQueue.encryptionMasterKey?.keyArn);
  for (const queue of [transfers.intentQueue, transfers.deadLetterQueue]) {
    assert.deepEqual(properties(queue).KmsMasterKeyId, keyArn);
    assert.equal(properties(queue).SqsManagedSseEnabled, undefined);
  }
  const { KmsKeyIdentifier, DeadLetterConfig } = properties(transfers.eventBus);
  assert.deepEqual(KmsKeyIdentifier, keyArn);
  assert.deepEqual(DeadLetterConfig, { Arn: stack.resolve(transfers.deadLetterQueue.queueArn) });
});

describe("metrics", () => {
  it("each has the function's namespace and dimensions, and the list's statistic", () => {
    const { transfers, stack } = transfersIn();
    const metric = transfers.metricFailed({ reason: "AccessDenied" });
    assert.deepEqual(
      [metric.namespace, metric.metricName, metric.statistic, metric.dimensions],
      ["ContactTransfer", "Failed", "Sum", { service: "Stack/Transfers", reason: "AccessDenied" }],
    );
    assert.equal(transfers.metricAgeAtTransfer().statistic, "p99");
    assert.equal(transfers.metricSucceeded({ period: Duration.minutes(1) }).period.toSeconds(), 60);
    assert.deepEqual(stack.resolve(transfers.metricDeadLetters().dimensions), {
      QueueName: stack.resolve(transfers.deadLetterQueue.queueName),
    });
  });

  it("every metric of the list is available by name", () => {
    const { transfers } = transfersIn();
    for (const name of Object.keys(metricList) as (keyof typeof metricList)[]) {
      assert.equal(transfers.metric(name).metricName, name);
    }
  });
});

describe("a changed resource that would lose or repeat intents stops synthesis", () => {
  const cases: [string, (transfers: ContactTransfer) => void, string, Partial<ContactTransferProps>?][] = [
    [
      "a visibility timeout under six times the function's",
      ({ intentQueue }) => change(intentQueue, CfnQueue, (queue) => (queue.visibilityTimeout = 60)),
      "The intent queue's visibility timeout is 60 s, less than six times the function's timeout of 30 s: messages would be delivered again while the function processes them. Set it to 180 s or more.",
    ],
    [
      "a longer function timeout",
      (transfers) => change(transfers.function, CfnFunction, (lambda) => (lambda.timeout = 60)),
      "The intent queue's visibility timeout is 180 s, less than six times the function's timeout of 60 s: messages would be delivered again while the function processes them. Set it to 360 s or more.",
    ],
    [
      "dead letters kept no longer than intents",
      ({ deadLetterQueue }) =>
        change(deadLetterQueue, CfnQueue, (queue) => (queue.messageRetentionPeriod = 1_123_200)),
      "The dead-letter queue keeps messages 1123200 s, not longer than the intent queue (1123200 s): a message that SQS moves there keeps its sent time and would soon be deleted. Keep dead letters longer.",
    ],
    [
      "intents kept for less than twice maxIntentAge",
      ({ intentQueue }) =>
        change(intentQueue, CfnQueue, (queue) => (queue.messageRetentionPeriod = 1_000_000)),
      "The intent queue keeps messages 1000000 s, not longer than twice maxIntentAge (518400 s): intents could be deleted unnoticed during a long pause. Keep messages longer or lower maxIntentAge.",
      { maxIntentAge: Duration.days(6) },
    ],
  ];
  for (const [what, damage, sentence, props] of cases) {
    it(what, () => {
      const { app, transfers } = transfersIn(props);
      damage(transfers);
      assert.throws(
        () => app.synth(),
        (error: Error) => error.message.includes(sentence),
      );
    });
  }
});

function change<T>(
  construct: IConstruct,
  type: abstract new (...args: never[]) => T,
  damage: (t: T) => void,
): void {
  const resource = construct.node.defaultChild;
  assert.ok(resource instanceof type);
  damage(resource);
}

describe("cdk-nag's AwsSolutions and CDK's own validation find nothing", () => {
  const producers = { accounts: ["444455556666"], organizationIds: ["o-a1b2c3d4e5"] };
  const cases: [string, Make][] = [
    ["in direct delivery", { delivery: "direct" }],
    ["paused", { paused: true }],
    [
      "with an own bus, a key and producers",
      withKey({ eventBus: "own", eventSources: ["com.example.orders"], producers }),
    ],
  ];
  for (const [name, make] of cases) {
    it(name, () => {
      const context = { "@aws-cdk/core:validateAgainstDefaultRules": true };
      const { app } = transfersIn(make, new App({ context }));
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
      assert.doesNotThrow(() => app.synth());
    });
  }
});
