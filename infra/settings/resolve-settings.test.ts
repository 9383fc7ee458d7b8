import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EventBus } from "aws-cdk-lib/aws-events";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Aws, Duration, Fn, Lazy, RemovalPolicy, Stack, Token } from "aws-cdk-lib/core";
import { projectPage } from "../../cli/project-page.ts";
import packageJson from "../../package.json" with { type: "json" };
import type { ContactTransferProps } from "../contact-transfer-props.ts";
import { resolveSettings } from "./resolve-settings.ts";
import { SettingError } from "./setting-error.ts";

const anyEnvironment = { account: Aws.ACCOUNT_ID, region: Aws.REGION };
const instance = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";
const other = "arn:aws:connect:us-east-1:111122223333:instance/22222222-2222-4222-8222-222222222222";
const strange = "arn:aws:connect:us-east-1:111122223333:instance/33333333-3333-4333-8333-333333333333";

function resolve(props: Partial<ContactTransferProps>, place = anyEnvironment) {
  return resolveSettings({ instanceArns: [instance], ...props }, place);
}

/** What `resolve` fills in. */
const defaults = {
  instanceArns: [instance],
  defaultInstanceArn: instance,
  contactFlowIds: undefined,
  queueIds: undefined,
  userIds: undefined,
  eventBusName: "default",
  eventBus: undefined,
  eventSources: undefined,
  outcomeSource: "contact-transfer",
  transfersPerSecond: 2,
  maxConcurrency: 2,
  batchSize: 10,
  retryFor: Duration.hours(1),
  maxIntentAge: Duration.hours(24),
  notFoundGrace: Duration.seconds(10),
  producers: [],
  queuePrincipalArns: [],
  resolveUnknown: false,
  settleFor: Duration.minutes(5),
  transferMethods: ["TRANSFER", "API"],
  delivery: "queue",
  paused: false,
  rollout: "latest",
  memorySize: 256,
  shadow: false,
  outcomeLog: true,
  contactEvents: false,
  outputs: true,
  logRetention: 30,
  removalPolicy: "retain-on-update-or-delete",
  tracing: true,
  alarmTopicArn: undefined,
  runbookUrl: `https://github.com/contact-transfer/contact-transfer/blob/v${packageJson.version}/docs/operations.md`,
};

it("omitted settings get the documented defaults", () => {
  assert.deepEqual(resolve({}), defaults);
});

it("given settings are kept, and duplicates are removed", () => {
  const flow = `${other}/contact-flow/transfer`;
  const queue = `${instance}/queue/billing`;
  const user = `${other}/agent/jane`;
  assert.deepEqual(
    resolve({
      instanceArns: [instance, other, instance],
      defaultInstanceArn: other,
      contactFlowIds: ["any-flow", flow, flow],
      queueIds: [queue],
      userIds: [user],
      eventBusName: "orders",
      eventSources: ["com.example.orders", "com.example.sla"],
      outcomeSource: "com.example.transfers",
      transfersPerSecond: 0.5,
      maxConcurrency: 5,
      batchSize: 2,
      retryFor: Duration.days(6),
      notFoundGrace: Duration.minutes(15),
      resolveUnknown: true,
      settleFor: Duration.minutes(30),
      transferMethods: ["TRANSFER", "API", "TRANSFER"],
      maxIntentAge: Duration.days(6),
      producers: [{ account: "444455556666", sources: ["com.example.orders"] }],
      queuePrincipalArns: ["arn:aws:iam::444455556666:role/orders"],
      delivery: "direct",
      paused: true,
      rollout: "linear",
      memorySize: 10_240,
      shadow: true,
      outcomeLog: false,
      contactEvents: false,
      outputs: false,
      logRetention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
      tracing: false,
      alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:operators",
      runbookUrl: "https://wiki.example.com/transfers",
    }),
    {
      instanceArns: [instance, other],
      defaultInstanceArn: other,
      contactFlowIds: ["any-flow", flow],
      queueIds: [queue],
      userIds: [user],
      eventBusName: "orders",
      eventBus: undefined,
      eventSources: ["com.example.orders", "com.example.sla"],
      outcomeSource: "com.example.transfers",
      transfersPerSecond: 0.5,
      maxConcurrency: 5,
      batchSize: 2,
      retryFor: Duration.days(6),
      notFoundGrace: Duration.minutes(15),
      resolveUnknown: true,
      settleFor: Duration.minutes(30),
      transferMethods: ["TRANSFER", "API"],
      maxIntentAge: Duration.days(6),
      producers: [{ account: "444455556666", sources: ["com.example.orders"] }],
      queuePrincipalArns: ["arn:aws:iam::444455556666:role/orders"],
      delivery: "direct",
      paused: true,
      rollout: "linear",
      memorySize: 10_240,
      shadow: true,
      outcomeLog: false,
      contactEvents: false,
      outputs: false,
      logRetention: 365,
      removalPolicy: "destroy",
      tracing: false,
      alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:operators",
      runbookUrl: "https://wiki.example.com/transfers",
    },
  );
});

it("direct delivery uses one more instance, and a bus object needs no check of its name", () => {
  const { maxConcurrency, eventBusName } = resolve({ delivery: "direct", eventBus: "own" });
  assert.equal(maxConcurrency, 3);
  assert.equal(eventBusName, undefined);
});

it("with several instances and no default, intents must name theirs", () => {
  assert.equal(resolve({ instanceArns: [instance, other] }).defaultInstanceArn, undefined);
});

it("the default of retryFor follows a shorter maxIntentAge", () => {
  assert.equal(resolve({ maxIntentAge: Duration.minutes(15) }).retryFor.toSeconds(), 900);
});

it("tokens pass unchecked", () => {
  const token = (name: string) => Lazy.string({ produce: () => name });
  const number = Token.asNumber(Fn.ref("Number"));
  const props = {
    instanceArns: [token("one"), token("two")],
    defaultInstanceArn: token("default"),
    contactFlowIds: [token("flow"), `${strange}/contact-flow/of-a-token-perhaps`],
    queueIds: [token("queue")],
    userIds: [token("user")],
    eventBusName: token("bus"),
    eventSources: [token("source")],
    outcomeSource: token("outcome"),
    transfersPerSecond: number,
    maxConcurrency: number,
    batchSize: number,
  };
  const ofToken = Duration.seconds(number);
  const durations = { retryFor: ofToken, maxIntentAge: ofToken, notFoundGrace: ofToken, settleFor: ofToken };
  assert.deepEqual(resolve({ ...props, ...durations }), {
    ...defaults,
    ...props,
    ...durations,
  });
});

it("a batch has as many intents as an instance transfers in ten seconds, at most ten", () => {
  const cases: [Partial<ContactTransferProps>, number][] = [
    [{}, 10],
    [{ transfersPerSecond: 10 }, 10],
    [{ maxConcurrency: 5 }, 4],
    [{ delivery: "direct" }, 6],
    [{ transfersPerSecond: 10, maxConcurrency: 20 }, 5],
    [{ transfersPerSecond: 0.1 }, 1],
    [{ transfersPerSecond: Token.asNumber(Fn.ref("Rate")), maxConcurrency: 5 }, 10],
  ];
  assert.deepEqual(
    cases.map(([props]) => resolve(props).batchSize),
    cases.map(([, size]) => size),
  );
});

describe("an unusable setting is refused in one sentence", () => {
  const example = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";
  const aFlow = `${example}/contact-flow/22222222-2222-4222-8222-222222222222`;
  const aQueue = `${example}/queue/22222222-2222-4222-8222-222222222222`;
  const aUser = `${example}/agent/22222222-2222-4222-8222-222222222222`;
  const pace = "maxConcurrency × batchSize / transfersPerSecond";
  const wait = "more than the 20 s that an invocation can wait for its slots: set";
  const notSource =
    "is not a source of events (1–256 of A–Z a–z 0–9 . - _ / :, no wildcards), such as com.example.orders.";
  const notWholeSeconds = "is not a whole number of seconds between 1 s and";

  const cases: [Partial<ContactTransferProps>, string][] = [
    [{ instanceArns: [] }, `instanceArns is an empty list: name at least one instance, such as ${example}.`],
    [
      { instanceArns: ["11111111-1111-4111-8111-111111111111"] },
      `instanceArns: "11111111-1111-4111-8111-111111111111" is not the ARN of an Amazon Connect instance, such as ${example}.`,
    ],
    [
      { instanceArns: [instance, aQueue] },
      `instanceArns: "${aQueue}" is not the ARN of an Amazon Connect instance, such as ${example}.`,
    ],
    [
      { instanceArns: [instance, instance.replace("us-east-1", "eu-central-1")] },
      `instanceArns: ${instance.replace("us-east-1", "eu-central-1")} and ${instance} are not in the same account and Region: deploy one stack per account and Region.`,
    ],
    [
      { instanceArns: [instance, instance.replace("111122223333", "444455556666")] },
      `instanceArns: ${instance.replace("111122223333", "444455556666")} and ${instance} are not in the same account and Region: deploy one stack per account and Region.`,
    ],
    [
      { instanceArns: Token.asList(Fn.ref("Instances")) },
      "instanceArns is a token for a whole list: set a list, whose elements may be tokens, so that each can be used.",
    ],
    [
      { defaultInstanceArn: other },
      `defaultInstanceArn: "${other}" is not one of instanceArns (${instance}).`,
    ],
    [
      { contactFlowIds: [] },
      "contactFlowIds is an empty list: leave it out to allow everything in the instances.",
    ],
    [
      { contactFlowIds: ["sales flow"] },
      `contactFlowIds: "sales flow" is neither an id (1–500 of A–Z a–z 0–9 . _ -) nor an ARN such as ${aFlow}.`,
    ],
    [
      { contactFlowIds: [aQueue] },
      `contactFlowIds: "${aQueue}" is not an ARN of the kind contact-flow, such as ${aFlow}.`,
    ],
    [
      { queueIds: [`${strange}/queue/billing`] },
      `queueIds: ${strange}/queue/billing belongs to an instance that is not one of instanceArns (${instance}).`,
    ],
    [
      { queueIds: ["q".repeat(257)] },
      `queueIds: "${"q".repeat(257)}" is neither an id (1–256 of A–Z a–z 0–9 . _ -) nor an ARN such as ${aQueue}.`,
    ],
    [
      { userIds: [`${instance}/user/jane`] },
      `userIds: "${instance}/user/jane" is not an ARN of the kind agent, such as ${aUser}.`,
    ],
    [
      { eventBusName: "arn:aws:events:us-east-1:111122223333:event-bus/orders" },
      "eventBusName: \"arn:aws:events:us-east-1:111122223333:event-bus/orders\" is not the name of an event bus (1–255 of A–Z a–z 0–9 . _ -): set the name of a bus in the stack's account and Region, such as orders, not an ARN or a partner's bus.",
    ],
    [
      { eventBus: "own", eventBusName: "orders" },
      'eventBus and eventBusName ("orders") are both set: leave one of them out, because there is only one bus.',
    ],
    [
      { alarmTopicArn: "operators" },
      'alarmTopicArn: "operators" is not the ARN of an SNS topic, such as arn:aws:sns:us-east-1:111122223333:operators.',
    ],
    [{ memorySize: 128 }, "memorySize: 128 is not a whole number between 256 and 10240."],
    [
      { delivery: "direct", maxConcurrency: 2 },
      'maxConcurrency: 2 is less than 3, the minimum with delivery: "direct": one instance is left to events, and the queue needs at least two.',
    ],
    [
      { delivery: "direct", maxConcurrency: Token.asNumber(Fn.ref("Number")) },
      'maxConcurrency is a token: with delivery: "direct" it must be a number, because the queue gets one instance less.',
    ],
    [
      { producers: [{ account: "444455556666", sources: [] }] },
      "producers[0].sources is an empty list: name the sources of its requests, such as com.example.orders.",
    ],
    [
      { producers: [{ account: "*", sources: ["a"] }] },
      'producers[0].account: "*" is not an account id of 12 digits, such as 444455556666.',
    ],
    [
      { producers: [{ organizationId: "ou-abcd", sources: ["a"] }] },
      'producers[0].organizationId: "ou-abcd" is not the id of an organization, such as o-a1b2c3d4e5.',
    ],
    [
      { producers: [{ sources: ["a"] }] },
      "producers[0]: name either the account or the organizationId of the producer.",
    ],
    [
      { producers: [{ account: "444455556666", sources: ["a"], outcomeBusArn: "orders" }] },
      'producers[0].outcomeBusArn: "orders" is not the ARN of an event bus, such as arn:aws:events:us-east-1:444455556666:event-bus/default.',
    ],
    [
      { producers: [{ account: "444455556666", sources: ["contact-transfer"] }] },
      'producers[0].sources: "contact-transfer" is also the outcomeSource, so the function could receive its own events: set outcomeSource to a source that sends no requests.',
    ],
    [
      { queuePrincipalArns: ["arn:aws:iam::444455556666:root"] },
      'queuePrincipalArns: "arn:aws:iam::444455556666:root" is not the ARN of a role or a user, such as arn:aws:iam::444455556666:role/orders.',
    ],
    [
      { queuePrincipalArns: ["arn:aws:iam::444455556666:role/*"] },
      'queuePrincipalArns: "arn:aws:iam::444455556666:role/*" is not the ARN of a role or a user, such as arn:aws:iam::444455556666:role/orders.',
    ],
    [
      { eventSources: [] },
      "eventSources is an empty list: leave it out to accept requests from every source.",
    ],
    [{ eventSources: ["com.example.*"] }, `eventSources: "com.example.*" ${notSource}`],
    [
      { eventSources: ["aws.connect"] },
      'eventSources: "aws.connect" starts with aws., which is reserved for AWS: use a source of your own, such as com.example.orders.',
    ],
    [
      { eventSources: ["com.example.orders", "contact-transfer"] },
      'eventSources: "contact-transfer" is also the outcomeSource, so the function could receive its own events: set outcomeSource to a source that sends no requests.',
    ],
    [{ outcomeSource: "" }, `outcomeSource: "" ${notSource}`],
    [
      { outcomeSource: "aws.transfers" },
      'outcomeSource: "aws.transfers" starts with aws., which is reserved for AWS: use a source of your own, such as com.example.orders.',
    ],
    [{ transfersPerSecond: 0 }, "transfersPerSecond: 0 is not between 0.1 and 1000."],
    [{ transfersPerSecond: Number.NaN }, "transfersPerSecond: NaN is not between 0.1 and 1000."],
    [{ maxConcurrency: 1 }, "maxConcurrency: 1 is not a whole number between 2 and 1000."],
    [{ maxConcurrency: 2.5 }, "maxConcurrency: 2.5 is not a whole number between 2 and 1000."],
    [{ batchSize: 11 }, "batchSize: 11 is not a whole number between 1 and 10."],
    [
      { maxConcurrency: 10, batchSize: 10 },
      `${pace} = 10 × 10 / 2 = 50 s, ${wait} transfersPerSecond to at least 5, or maxConcurrency to at most 4, or batchSize to at most 4.`,
    ],
    [
      { transfersPerSecond: 0.1, batchSize: 10 },
      `${pace} = 2 × 10 / 0.1 = 200 s, ${wait} transfersPerSecond to at least 1, or batchSize to at most 1.`,
    ],
    [
      { maxConcurrency: 1000 },
      `${pace} = 1000 × 1 / 2 = 500 s, ${wait} transfersPerSecond to at least 50, or maxConcurrency to at most 40.`,
    ],
    [{ maxIntentAge: Duration.days(7) }, `maxIntentAge: 604800 s ${notWholeSeconds} 6 days (518400 s).`],
    [
      { logRetention: Number(31) },
      "logRetention: 31 is not a retention of CloudWatch Logs in days: use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, or 9999, which keeps logs for ever.",
    ],
    [
      { removalPolicy: RemovalPolicy.SNAPSHOT },
      'removalPolicy: "snapshot" is not "retain-on-update-or-delete" or "retain" or "destroy".',
    ],
    [
      { runbookUrl: "https://wiki.example.com/transfers#alarms" },
      'runbookUrl: "https://wiki.example.com/transfers#alarms" is not a URL without an anchor, such as https://wiki.example.com/contact-transfer: each alarm adds the anchor of its section.',
    ],
    [
      { runbookUrl: "docs/operations.md" },
      'runbookUrl: "docs/operations.md" is not a URL without an anchor, such as https://wiki.example.com/contact-transfer: each alarm adds the anchor of its section.',
    ],
    [{ maxIntentAge: Duration.seconds(0) }, `maxIntentAge: 0 s ${notWholeSeconds} 6 days (518400 s).`],
    [
      { transferMethods: ["Transfer"] },
      'transferMethods: "Transfer" is not an initiation method of a contact, such as TRANSFER or API.',
    ],
    [
      { contactEvents: true, outcomeLog: false },
      "contactEvents: the outcome log would keep the events, and outcomeLog is false.",
    ],
    [{ transferMethods: [] }, "transferMethods is an empty list: leave it out to count TRANSFER and API."],
    [
      { settleFor: Duration.seconds(59) },
      "settleFor: 59 s is not a whole number of seconds between 60 s and 30 minutes (1800 s).",
    ],
    [
      { notFoundGrace: Duration.minutes(16) },
      "notFoundGrace: 960 s is not a whole number of seconds between 0 s and 15 minutes (900 s).",
    ],
    [{ retryFor: Duration.millis(1500) }, `retryFor: 1.5 s ${notWholeSeconds} maxIntentAge (86400 s).`],
    [
      { retryFor: Duration.hours(2), maxIntentAge: Duration.hours(1) },
      `retryFor: 7200 s ${notWholeSeconds} maxIntentAge (3600 s).`,
    ],
  ];
  for (const [props, message] of cases) {
    it(message.slice(0, 100), () => {
      assert.throws(() => resolve(props), new SettingError(message));
    });
  }

  for (const [props, message] of [
    [
      '{"transferPerSecond":5}',
      '"transferPerSecond" is not a prop of ContactTransfer: did you mean transfersPerSecond?',
    ],
    [
      '{"colour":"red"}',
      `"colour" is not a prop of ContactTransfer: ${projectPage("docs/construct.md")} lists the props.`,
    ],
  ] as const) {
    it(`a prop of JavaScript that does not exist: ${props}`, () => {
      assert.throws(() => resolve(JSON.parse(props)), new SettingError(message));
    });
  }

  describe("as a value of another type, which JavaScript and tryGetContext may pass:", () => {
    const asList = 'set a list, as in value.split(",")';
    const cases: readonly [Record<string, unknown>, string][] = [
      ...(
        ["paused", "shadow", "resolveUnknown", "outcomeLog", "outputs", "tracing", "contactEvents"] as const
      ).map((name): [Record<string, unknown>, string] => [
        { [name]: "false" },
        `${name}: "false" is a string, not a boolean: set true or false, as in value === "true".`,
      ]),
      [
        { transfersPerSecond: "2" },
        'transfersPerSecond: "2" is a string, not a number: set a number, as in Number(value).',
      ],
      [{ queueIds: "billing" }, `queueIds: "billing" is a string, not a list of strings: ${asList}.`],
      [{ userIds: ["jane", 7] }, `userIds: ["jane",7] is not a list of strings: ${asList}.`],
      [
        { retryFor: "1h" },
        'retryFor: "1h" is a string, not a Duration: set one, such as Duration.minutes(15).',
      ],
      [{ outcomeSource: 7 }, "outcomeSource: 7 is not a string: set one string."],
      [
        { eventBusName: new EventBus(new Stack(), "Bus") },
        "eventBusName: Default/Bus is not a string: set one string.",
      ],
      [
        { producers: [null] },
        'producers: [null] is not a list of producers: set a list, such as [{ account: "444455556666", sources: ["com.example.orders"] }].',
      ],
      [
        { producers: [{ account: 444455556666, sources: ["a"] }] },
        "producers[0].account: 444455556666 is not a string: set one string.",
      ],
      [
        { producers: [{ account: "444455556666", sources: "a" }] },
        `producers[0].sources: "a" is a string, not a list of strings: ${asList}.`,
      ],
      [
        { encryptionKey: "own" },
        'encryptionKey: "own" is a string, not a key: set one, such as new Key(this, "Key").',
      ],
      [
        { alarmActions: [{}] },
        "alarmActions: [{}] is not a list of alarm actions: set a list, such as [new SnsAction(topic)].",
      ],
    ];
    for (const [props, message] of cases) {
      it(message.slice(0, 100), () => {
        assert.throws(() => resolve(props as Partial<ContactTransferProps>), new SettingError(message));
      });
    }
  });

  it("a topic in another Region than the stack's", () => {
    const alarmTopicArn = "arn:aws:sns:eu-west-1:111122223333:operators";
    const place = { account: "111122223333", region: "us-east-1" };
    assert.throws(() => resolve({ alarmTopicArn }, place), {
      name: "SettingError",
      message: `alarmTopicArn: ${alarmTopicArn} is not in the stack's Region (us-east-1): CloudWatch notifies topics of its own Region only.`,
    });
  });

  for (const place of [
    { account: "444455556666", region: "us-east-1" },
    { account: Aws.ACCOUNT_ID, region: "eu-central-1" },
  ]) {
    it(`an instance outside the stack's ${place.region} and account`, () => {
      assert.throws(() => resolve({}, place), {
        name: "SettingError",
        message: `instanceArns: ${instance} is not in the stack's account and Region (${place.account}, ${place.region}). A contact can only be transferred within its own account and Region; deploy the stack there.`,
      });
    });
  }
});
