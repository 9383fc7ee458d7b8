import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { EventBus } from "aws-cdk-lib/aws-events";
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
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

  it("of another account or Region are refused", () => {
    const arn = "arn:aws:events:eu-west-1:999999999999:event-bus/central";
    assert.throws(
      () => transfersIn((stack) => ({ eventBus: EventBus.fromEventBusArn(stack, "Central", arn) })),
      {
        name: "SettingError",
        message:
          "eventBus: the bus is in 999999999999, eu-west-1, but the stack is in 111122223333, us-east-1. Rules and outcomes need a bus of the stack's own account and Region: use one there, and send events to it from the other bus.",
      },
    );
  });

  it("whose outcomes are protected are refused to another construct with the same outcomeSource", () => {
    const { stack, transfers } = transfersIn({ eventBus: "own" });
    const { eventBus } = transfers;
    const add = (id: string, outcomeSource?: string) =>
      new ContactTransfer(stack, id, { instanceArns: [instance], code, eventBus, outcomeSource });
    assert.throws(() => add("Second"), {
      name: "SettingError",
      message:
        'outcomeSource: "contact-transfer" is the source of the outcomes of Stack/Transfers, whose bus this is: its policy lets no other construct use that source. Set another outcomeSource.',
    });
    assert.doesNotThrow(() => add("Third", "com.example.third"));
  });
});

describe("producers", () => {
  const producers = [{ account: "444455556666", sources: ["com.example.sla"] }];

  it("are accepted by the rule: their account, and their sources beside the account's own", () => {
    const { transfers, properties } = transfersIn({ eventSources: ["com.example.orders"], producers });
    assert.deepEqual(properties(transfers.rule).EventPattern, {
      account: ["111122223333", "444455556666"],
      "detail-type": ["Contact Transfer Requested"],
      source: ["com.example.orders", "com.example.sla"],
    });
  });

  it("that are an organization leave the account open, because nothing says which accounts it has", () => {
    const { transfers, properties } = transfersIn({
      eventSources: ["com.example.orders"],
      producers: [...producers, { organizationId: "o-a1b2c3d4e5", sources: ["com.example.sla"] }],
    });
    assert.equal(properties(transfers.rule).EventPattern.account, undefined);
  });

  it("with the same sources share one statement of the bus's policy", () => {
    const sources = ["com.example.sla"];
    const { stack } = transfersIn({
      eventBus: "own",
      producers: [
        { account: "444455556666", sources },
        { account: "555566667777", sources },
        { account: "666677778888", sources: ["com.example.crm"] },
      ],
    });
    const policies = Template.fromStack(stack).findResources("AWS::Events::EventBusPolicy");
    const allowed = Object.values(policies).filter(
      ({ Properties }) => Properties.Statement.Effect === "Allow",
    );
    assert.deepEqual(
      allowed.map(({ Properties }) => [Properties.Statement.Principal.AWS].flat().length).sort(),
      [1, 2],
    );
  });

  it("on a bus that the app does not own get a warning with the statements that its policy needs", () => {
    const { stack } = transfersIn({ eventBusName: "orders", eventSources: ["a"], producers });
    const [warning, ...others] = warningsOf(stack, "busPolicy");
    assert.deepEqual(others, []);
    const [, json = ""] = /Add these statements to the policy: (.*) \[ack/.exec(warning ?? "") ?? [];
    const [statement] = JSON.parse(json);
    assert.match(statement.Sid, /^AllowProducers1/);
    assert.deepEqual(statement.Condition, {
      "ForAllValues:StringEquals": {
        "events:detail-type": "Contact Transfer Requested",
        "events:source": "com.example.sla",
      },
      Null: { "events:detail-type": "false", "events:source": "false" },
    });
  });

  it("with an outcomeBusArn receive the outcomes of their own requests there", () => {
    const outcomeBusArn = "arn:aws:events:us-east-1:444455556666:event-bus/orders";
    const { stack } = transfersIn({
      producers: producers.map((producer) => ({ ...producer, outcomeBusArn })),
    });
    const rules = Template.fromStack(stack).findResources("AWS::Events::Rule", {
      Properties: { Targets: [{ Arn: outcomeBusArn }] },
    });
    const [rule] = Object.values(rules);
    assert.deepEqual(rule?.Properties.EventPattern, {
      account: ["111122223333"],
      source: ["contact-transfer"],
      "detail-type": ["Contact Transfer Succeeded", "Contact Transfer Failed"],
      detail: { requestedBy: { source: ["com.example.sla"] } },
    });
    assert.ok(rule?.Properties.Targets[0].RoleArn);
  });

  it("cannot have the construct's own bus as outcomeBusArn, where each outcome would come back forever", () => {
    const busArn = (name: string, region = "us-east-1") =>
      `arn:aws:events:${region}:111122223333:event-bus/${name}`;
    const asked = (outcomeBusArn: string) => [
      { account: "444455556666", sources: ["com.example.sla"] },
      { account: "444455556666", sources: ["com.example.sla"], outcomeBusArn },
    ];
    const message =
      "producers[1].outcomeBusArn is the construct's own bus, which carries every outcome already: leave it out, and let the producer's rule listen there.";
    const own = transfersIn({ eventBus: "own" });
    const refused: Make[] = [
      { producers: asked(busArn("default")) },
      { eventBusName: "orders", producers: asked(busArn("orders")) },
      { eventBus: "own", producers: asked(busArn(own.properties(own.transfers.eventBus).Name)) },
      (stack) => {
        const eventBus = new EventBus(stack, "Bus");
        return { eventBus, producers: asked(eventBus.eventBusArn) };
      },
      (stack) => ({
        producers: asked(
          stack.formatArn({ service: "events", resource: "event-bus", resourceName: "default" }),
        ),
      }),
    ];
    for (const make of refused) assert.throws(() => transfersIn(make), { name: "SettingError", message });
    const anywhere = new Stack(new App(), "Anywhere");
    const props = { instanceArns: [instance], code, producers: asked(busArn("default")) };
    assert.throws(() => new ContactTransfer(anywhere, "Transfers", props), { name: "SettingError", message });
    for (const arn of [
      busArn("default", "eu-west-1"),
      busArn("orders"),
      busArn("default").replace("1111", "9999"),
    ]) {
      transfersIn({ producers: asked(arn) });
    }
  });
});

it("without eventSources, synth warns that everybody in the account can request transfers", () => {
  const count = (props: Partial<ContactTransferProps>) =>
    warningsOf(transfersIn(props).stack, "eventSources").length;
  assert.deepEqual([count({}), count({ eventSources: ["com.example.orders"] })], [1, 0]);
});

/** The warnings of synth with this id. */
function warningsOf(stack: Stack, id: string): string[] {
  return Annotations.fromStack(stack)
    .findWarning("*", Match.stringLikeRegexp(`contact-transfer:${id}`))
    .map(({ entry }) => String(entry.data));
}

describe("a key", () => {
  it("encrypts the intent queue, the own bus and both logs, but not the queue that is left if it fails", () => {
    const { transfers, properties, stack } = transfersIn(withKey({ eventBus: "own" }));
    const keyArn = stack.resolve(transfers.intentQueue.encryptionMasterKey?.keyArn);
    assert.deepEqual(properties(transfers.intentQueue).KmsMasterKeyId, keyArn);
    assert.ok(transfers.outcomeLog);
    for (const logGroup of [transfers.logGroup, transfers.outcomeLog]) {
      assert.deepEqual(properties(logGroup).KmsKeyId, keyArn);
    }
    const { KmsKeyIdentifier, DeadLetterConfig } = properties(transfers.eventBus);
    assert.deepEqual(KmsKeyIdentifier, keyArn);
    assert.deepEqual(DeadLetterConfig, { Arn: stack.resolve(transfers.deadLetterQueue.queueArn) });
    const { KmsMasterKeyId, SqsManagedSseEnabled } = properties(transfers.deadLetterQueue);
    assert.deepEqual([KmsMasterKeyId, SqsManagedSseEnabled], [undefined, true]);
  });

  it("of its own encrypts the dead-letter queue", () => {
    const { transfers, properties, value } = transfersIn((stack) => ({
      deadLetterEncryptionKey: new Key(stack, "DeadLetterKey"),
    }));
    const { encryptionMasterKey } = transfers.deadLetterQueue;
    assert.deepEqual(
      properties(transfers.deadLetterQueue).KmsMasterKeyId,
      value(encryptionMasterKey?.keyArn),
    );
  });

  const imported = (arn: string, more: Partial<ContactTransferProps> = {}) =>
    transfersIn((stack) => ({ encryptionKey: Key.fromKeyArn(stack, "Key", arn), ...more }));

  /** The Sids, without the construct's address, and the principals of the statements that a warning gives. */
  const statementsIn = (warning = "") => {
    const [, json = "[]"] = /a queue that the key encrypts: (.*) \[ack/.exec(warning) ?? [];
    return JSON.parse(json).map(({ Sid = "", Principal = {} }) => [
      Sid.slice(0, -8),
      Object.values(Principal)[0],
    ]);
  };

  it("that is imported gets a warning with the statements that its policy needs", () => {
    const { stack } = imported("arn:aws:kms:us-east-1:111122223333:key/mine", { eventBus: "own" });
    const [warning] = warningsOf(stack, "keyPolicy:encryptionKey");
    assert.deepEqual(statementsIn(warning), [
      ["AllowRules", "events.amazonaws.com"],
      ["AllowBus", "events.amazonaws.com"],
      ["AllowBusToDescribe", "events.amazonaws.com"],
      ["AllowLogs", "logs.us-east-1.amazonaws.com"],
    ]);
  });

  it("of another account must also let in the stack's account", () => {
    const { stack } = imported("arn:aws:kms:us-east-1:999999999999:key/theirs");
    const [warning] = warningsOf(stack, "keyPolicy:encryptionKey");
    const names = statementsIn(warning).map(([name]: [string]) => name);
    assert.deepEqual(names, ["AllowRules", "AllowLogs", "AllowAccount"]);
  });

  it("of another Region is refused", () => {
    assert.throws(() => imported("arn:aws:kms:eu-west-1:111122223333:key/mine"), {
      name: "SettingError",
      message:
        "encryptionKey: the key is in eu-west-1, but the stack is in us-east-1. Queues, buses and logs can only use a key of their own Region.",
    });
  });
});

describe("a ContactTransfer of another app", () => {
  const imported = () => {
    const stack = new Stack(new App(), "Orders", { env: { account: "111122223333", region: "us-east-1" } });
    const transfers = ContactTransfer.fromAttributes(stack, "Transfers", {
      eventBusArn: "arn:aws:events:us-east-1:111122223333:event-bus/transfers",
      eventSources: ["com.example.orders"],
    });
    return { stack, transfers };
  };

  it("lets a producer put requests from its sources", () => {
    const { stack, transfers } = imported();
    const role = new Role(stack, "Role", { assumedBy: new AccountRootPrincipal() });
    transfers.grantRequestTransfers(role);
    const [policy] = Object.values(Template.fromStack(stack).findResources("AWS::IAM::Policy"));
    assert.deepEqual(policy?.Properties.PolicyDocument.Statement, [
      {
        Effect: "Allow",
        Action: "events:PutEvents",
        Resource: "arn:aws:events:us-east-1:111122223333:event-bus/transfers",
        Condition: {
          "ForAllValues:StringEquals": {
            "events:detail-type": "Contact Transfer Requested",
            "events:source": "com.example.orders",
          },
          Null: { "events:detail-type": "false", "events:source": "false" },
        },
      },
    ]);
  });

  it("refuses a grantee of another account, whose grant would have no effect", () => {
    const { stack, transfers } = imported();
    const role = Role.fromRoleArn(stack, "Theirs", "arn:aws:iam::444455556666:role/orders");
    assert.throws(() => transfers.grantRequestTransfers(role), /Add \{ account: "444455556666"/);
  });

  it("gives consumers a rule for outcomes, narrowed by their pattern", () => {
    const { stack, transfers } = imported();
    transfers.onOutcome(stack, "OnFailure", { eventPattern: { detailType: ["Contact Transfer Failed"] } });
    Template.fromStack(stack).hasResourceProperties("AWS::Events::Rule", {
      EventBusName: "transfers",
      EventPattern: {
        account: ["111122223333"],
        source: ["contact-transfer"],
        "detail-type": ["Contact Transfer Failed"],
      },
    });
  });

  describe("refuses attributes that name nothing:", () => {
    const eventBusArn = "arn:aws:events:us-east-1:111122223333:event-bus/transfers";
    const cases: readonly [object, RegExp][] = [
      [{}, /^fromAttributes: eventBusArn: undefined is not a string: /],
      [
        { eventBusArn: "transfers" },
        /^fromAttributes: eventBusArn: "transfers" is not the ARN of an event bus, /,
      ],
      [
        { eventBusArn: eventBusArn.replace("us-east-1", "eu-west-1") },
        /^fromAttributes: eventBusArn: the bus is in 111122223333, eu-west-1, but the stack is in /,
      ],
      [
        { eventBusArn, eventSources: "com.example.orders" },
        /^fromAttributes: eventSources: "com.example.orders" is a string, not a list of strings: /,
      ],
      [{ eventBusArn, eventSources: [] }, /^fromAttributes: eventSources is an empty list: /],
      [
        { eventBusArn, outcomeSource: "aws.x" },
        /^fromAttributes: outcomeSource: "aws.x" starts with aws\., /,
      ],
    ];
    for (const [attributes, message] of cases) {
      it(message.source, () => {
        const stack = new Stack(new App(), "Orders", {
          env: { account: "111122223333", region: "us-east-1" },
        });
        const given = attributes as Parameters<typeof ContactTransfer.fromAttributes>[2];
        assert.throws(() => ContactTransfer.fromAttributes(stack, "Transfers", given), {
          name: "SettingError",
          message,
        });
      });
    }
  });
});

describe("outputs", () => {
  const namesOf = (props: Partial<ContactTransferProps>) =>
    Object.keys(Template.fromStack(transfersIn(props).stack).findOutputs("*"));

  it("begin with the construct's id, and can be left out", () => {
    assert.ok(namesOf({}).includes("TransfersIntentQueueUrl"));
    assert.deepEqual(namesOf({ outputs: false }), []);
  });
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
  // `npm test` switches it off.
  const { CDK_VALIDATION } = process.env;
  before(() => {
    process.env.CDK_VALIDATION = "true";
  });
  after(() => {
    process.env.CDK_VALIDATION = CDK_VALIDATION ?? "true";
  });

  const sources = ["com.example.orders"];
  const outcomeBusArn = "arn:aws:events:us-east-1:444455556666:event-bus/orders";
  const producers = [
    { account: "444455556666", sources, outcomeBusArn },
    { organizationId: "o-a1b2c3d4e5", sources },
  ];
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
