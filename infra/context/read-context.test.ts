import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Duration } from "aws-cdk-lib/core";
import { projectPage } from "../../cli/project-page.ts";
import { readyRouteNames } from "../routes/ready-routes.ts";
import { readContext } from "./read-context.ts";

const instance = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";
const other = "arn:aws:connect:us-east-1:111122223333:instance/22222222-2222-4222-8222-222222222222";

it("the strings of -c become props", () => {
  const { stackName, props } = readContext({
    stackName: "Transfers-eu",
    instanceArns: `${instance}, ${other}`,
    defaultInstanceArn: other,
    contactFlowIds: "one,two",
    queueIds: "billing",
    userIds: "jane",
    eventBusName: "orders",
    eventBus: "own",
    eventSources: "com.example.orders,com.example.sla",
    outcomeSource: "com.example.transfers",
    transfersPerSecond: "0.5",
    maxConcurrency: "5",
    batchSize: "2",
    retryFor: "90s",
    maxIntentAge: "6d",
    notFoundGrace: "0s",
    resolveUnknown: "true",
    settleFor: "10m",
    transferMethods: "TRANSFER, API",
    delivery: "direct",
    paused: "true",
    memorySize: "512",
    shadow: "true",
    outcomeLog: "false",
    contactEvents: "false",
    outputs: "false",
    logRetention: "90",
    removalPolicy: "destroy",
    tracing: "false",
    rollout: "canary",
    runbookUrl: "https://wiki.example.com/transfers",
    vpc: "vpc-0123456789abcdef0",
    vpcSubnets: "subnet-01234567,subnet-12345678",
    securityGroups: "sg-01234567",
    alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:operators",
    encryptionKey: "own",
    deadLetterEncryptionKey: "own",
    producers: '[{"account":"444455556666","sources":"com.example.orders,com.example.sla"}]',
    queuePrincipalArns: "arn:aws:iam::444455556666:role/orders",
    routes: '{"CancelledOrder":{"contactFlowId":"one","queueId":"billing"}}',
  });
  assert.equal(stackName, "Transfers-eu");
  assert.deepEqual(props, {
    instanceArns: [instance, other],
    defaultInstanceArn: other,
    contactFlowIds: ["one", "two"],
    queueIds: ["billing"],
    userIds: ["jane"],
    eventBusName: "orders",
    eventBus: "own",
    eventSources: ["com.example.orders", "com.example.sla"],
    outcomeSource: "com.example.transfers",
    transfersPerSecond: 0.5,
    maxConcurrency: 5,
    batchSize: 2,
    retryFor: Duration.seconds(90),
    maxIntentAge: Duration.seconds(6 * 86_400),
    notFoundGrace: Duration.seconds(0),
    resolveUnknown: true,
    settleFor: Duration.seconds(600),
    transferMethods: ["TRANSFER", "API"],
    delivery: "direct",
    paused: true,
    memorySize: 512,
    shadow: true,
    outcomeLog: false,
    contactEvents: false,
    outputs: false,
    logRetention: 90,
    removalPolicy: "destroy",
    tracing: false,
    rollout: "canary",
    runbookUrl: "https://wiki.example.com/transfers",
    vpc: "vpc-0123456789abcdef0",
    vpcSubnets: ["subnet-01234567", "subnet-12345678"],
    securityGroups: ["sg-01234567"],
    alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:operators",
    encryptionKey: "own",
    deadLetterEncryptionKey: "own",
    producers: [{ account: "444455556666", sources: ["com.example.orders", "com.example.sla"] }],
    queuePrincipalArns: ["arn:aws:iam::444455556666:role/orders"],
    routes: {
      CancelledOrder: { contactFlowId: "one", queueId: "billing" },
    },
  });
});

it("cdk.json may contain lists and numbers; only instanceArns is required", () => {
  const { stackName, props } = readContext({ instanceArns: [instance], maxConcurrency: 3 });
  assert.equal(stackName, "ContactTransfer");
  assert.deepEqual(props, { instanceArns: [instance], maxConcurrency: 3 });
});

it("CDK's own keys are ignored", () => {
  const others = {
    "aws:cdk:enable-path-metadata": true,
    "@aws-cdk/core:explicitStackTags": true,
    "acknowledged-issue-numbers": [19836],
    "availability-zones:account=111122223333:region=us-east-1": ["us-east-1a"],
  };
  assert.deepEqual(
    readContext({ instanceArns: instance, ...others }),
    readContext({ instanceArns: instance }),
  );
});

describe("a setting that cannot be read is refused in one sentence", () => {
  const notDuration = "is not a duration: write a whole number and its unit, such as 90s, 15m, 24h or 6d.";
  const notNumber = "is not a number: write digits, such as 2 or 0.5.";
  const notList = "is not a list of texts separated by single commas, such as one,two.";
  const readme = projectPage("README.md");
  const notStackName =
    "is not the name of a stack (a letter, then up to 127 letters, digits and hyphens), such as ContactTransfer.";

  const cases: [Record<string, unknown>, string][] = [
    [
      { instanceArns: undefined },
      `instanceArns is missing: name the Amazon Connect instances that may be used, separated by commas, as in \`-c instanceArns=${instance}\`.`,
    ],
    [{ instanceArns: "" }, `instanceArns: "" ${notList}`],
    [{ queueIds: "one,,two" }, `queueIds: "one,,two" ${notList}`],
    [{ userIds: 7 }, `userIds: 7 ${notList}`],
    [{ userIds: ["jane", 7] }, `userIds: ["jane",7] ${notList}`],
    [{ instanceArn: instance }, '"instanceArn" is not a setting: did you mean instanceArns?'],
    [{ maxconcurrency: "2" }, '"maxconcurrency" is not a setting: did you mean maxConcurrency?'],
    [{ contactFlows: "one" }, '"contactFlows" is not a setting: did you mean contactFlowIds?'],
    [{ eventBusNme: "orders" }, '"eventBusNme" is not a setting: did you mean eventBusName?'],
    [{ stackname: "Transfers" }, '"stackname" is not a setting: did you mean stackName?'],
    [{ stage: "prod" }, `"stage" is not a setting: ${readme} lists the settings.`],
    [{ constructor: "of an object" }, `"constructor" is not a setting: ${readme} lists the settings.`],
    [{ eventBusName: "" }, 'eventBusName: "" is not a text: set one, or leave eventBusName out.'],
    [{ stackName: "7 transfers" }, `stackName: "7 transfers" ${notStackName}`],
    [{ batchSize: "ten" }, `batchSize: "ten" ${notNumber}`],
    [{ transfersPerSecond: "-1" }, `transfersPerSecond: "-1" ${notNumber}`],
    [{ retryFor: "1 hour" }, `retryFor: "1 hour" ${notDuration}`],
    [{ retryFor: "1.5h" }, `retryFor: "1.5h" ${notDuration}`],
    [{ maxIntentAge: 3600 }, `maxIntentAge: 3600 ${notDuration}`],
    [
      { eventBus: "orders" },
      'eventBus: "orders" is not own, which creates a bus for this stack: to use an existing bus, set eventBusName.',
    ],
    [
      { encryptionKey: "alias/mine" },
      'encryptionKey: "alias/mine" is neither own, which creates a key in this stack, nor the ARN of a key, such as arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab.',
    ],
    [{ delivery: "fast" }, 'delivery: "fast" is neither queue nor direct.'],
    [
      { removalPolicy: "delete" },
      'removalPolicy: "delete" is neither retain-on-update-or-delete nor retain nor destroy.',
    ],
    [{ rollout: "fast" }, 'rollout: "fast" is neither latest nor alias nor canary nor linear.'],
    [{ vpcSubnets: "one" }, 'vpcSubnets: "one" is not an id such as subnet-0123456789abcdef0.'],
    [{ paused: "yes" }, 'paused: "yes" is neither true nor false.'],
    [{ producers: "444455556666" }, 'producers: "444455556666" is not a list of producers or JSON of one.'],
    [{ routes: "{" }, 'routes: "{" is not an object or JSON of one.'],
    [
      { routes: { Lost: { contactFlowId: "one" } } },
      `routes: "Lost" is not a ready route: there are ${readyRouteNames.join(", ")}.`,
    ],
    [
      { routes: { CancelledOrder: { queueId: "billing" } } },
      "routes.CancelledOrder: contactFlowId is missing; it takes contactFlowId (required), queueId (optional), userId (optional), source (optional).",
    ],
  ];
  const ready = '{"contactFlowId":"one","ruleName":"r"}';
  cases.push([
    { routes: `{"CancelledOrder":${ready}}` },
    'routes.CancelledOrder: "ruleName" is not a known field; it takes contactFlowId (required), queueId (optional), userId (optional), source (optional).',
  ]);
  for (const [context, message] of cases) {
    it(message.slice(0, 100), () => {
      assert.throws(() => readContext({ instanceArns: instance, ...context }), {
        name: "SettingError",
        message,
      });
    });
  }
});
