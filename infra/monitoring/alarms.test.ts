import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { EventField } from "aws-cdk-lib/aws-events";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, CfnElement, Duration, Stack } from "aws-cdk-lib/core";
import packageJson from "../../package.json" with { type: "json" };
import { MetricStore } from "../../test/metrics/metric-store.ts";
import { readAlarms } from "../../test/metrics/read-alarms.ts";
import { type Incident, minuteMs, simulateDeployment } from "../../test/metrics/simulate-deployment.ts";
import { ContactTransfer } from "../contact-transfer.ts";
import type { ContactTransferProps } from "../contact-transfer-props.ts";
import { metricsServiceName } from "../resources/service-name.ts";
import { type AlarmId, alarmList } from "./alarm-list.ts";

const instanceArn = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";
const operators = "arn:aws:sns:us-east-1:111122223333:operators";
const hourMs = 60 * minuteMs;

function construct(props: Partial<ContactTransferProps> = {}) {
  const stack = new Stack(new App(), "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  const code = Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });");
  const transfers = new ContactTransfer(stack, "Transfers", {
    instanceArns: [instanceArn],
    code,
    maxIntentAge: Duration.hours(1),
    retryFor: Duration.minutes(20),
    ...props,
  });
  return { stack, transfers };
}

function synthesize(props: Partial<ContactTransferProps> = {}) {
  const { stack, transfers } = construct(props);
  const idOf = (child: string) => {
    const element = transfers.node.tryFindChild(child)?.node.defaultChild;
    return element instanceof CfnElement ? stack.getLogicalId(element) : `no ${child}`;
  };
  const names = {
    service: metricsServiceName(transfers),
    intentQueue: `${idOf("IntentQueue")}.QueueName`,
    deadLetterQueue: `${idOf("DeadLetterQueue")}.QueueName`,
    functionName: idOf("Function"),
    ruleName: idOf("Rule"),
    outcomeRuleName: idOf("OutcomeRule"),
  };
  return { names, template: Template.fromStack(stack) };
}

/** A deployment whose intents live for an hour, at 2 transfers per second. */
const settings = { retryForMs: 20 * minuteMs, maxIntentAgeMs: hourMs };
const steadily = (intents: number) => () => intents;

/** The alarms of a deployment with delivery by queue, an outcome log and `resolveUnknown`. */
const withQueue = Object.entries(alarmList)
  .filter(([, { onlyWith }]) => onlyWith !== "direct delivery")
  .map(([id]) => id);
const page = `https://github.com/contact-transfer/contact-transfer/blob/v${packageJson.version}/docs/operations.md`;

/** Each incident with every alarm that it triggers. */
const incidents: Readonly<Record<string, { incident: Incident; alarms: readonly AlarmId[] }>> = {
  "a day is normal, with quiet hours, a rush of 300, transient Connect errors and a little throttling": {
    incident: {
      hours: 24,
      intentsIn: (minute) =>
        minute === 600 ? 300 : minute % 5 === 0 && minute > 360 && minute < 1200 ? 3 : 0,
      connectError: (_at, request) =>
        request % 25 === 0
          ? "ThrottlingException"
          : request % 40 === 0
            ? "ServiceUnavailableException"
            : undefined,
    },
    alarms: [],
  },
  "a producer breaks the contract": {
    incident: {
      hours: 1,
      intentsIn: steadily(1),
      bodyOf: (number) => (number % 2 ? '{"id":"x"}' : makeBody(number)),
    },
    alarms: ["DeadLetters", "ProducerErrors"],
  },
  "contacts end before their transfer": {
    incident: {
      hours: 1,
      intentsIn: steadily(1),
      connectError: (_at, request) => (request % 2 ? "InvalidRequestException" : undefined),
    },
    alarms: ["DeadLetters", "ContactErrors"],
  },
  "the role loses its right to transfer": {
    incident: { hours: 2, intentsIn: steadily(1), connectError: () => "AccessDeniedException" },
    alarms: ["DeadLetters", "ConnectErrors", "NothingTransferred"],
  },
  "the backlog is 5,000": {
    incident: { hours: 1, intentsIn: (minute) => (minute === 0 ? 5_000 : 0) },
    alarms: ["IntentsAging"],
  },
  "the backlog is 9,000, more than the pace can work off in an hour": {
    incident: { hours: 1.5, intentsIn: (minute) => (minute === 0 ? 9_000 : 0) },
    alarms: ["DeadLetters", "IntentsAging", "IntentsExpire"],
  },
  "other callers use up the account's quota": {
    incident: {
      hours: 1,
      intentsIn: steadily(10),
      connectError: (_at, request) => (request % 2 ? "ThrottlingException" : undefined),
    },
    alarms: ["Throttled"],
  },
  "the function crashes for ten minutes": {
    incident: {
      hours: 1,
      intentsIn: steadily(1),
      isCrashing: (at) => at > 10 * minuteMs && at < 20 * minuteMs,
    },
    alarms: ["FunctionFails"],
  },
  "somebody disables the mapping": {
    incident: { hours: 2, intentsIn: steadily(1), stopsPollingAt: 20 * minuteMs },
    alarms: ["QueueNotPolled", "NothingTransferred"],
  },
  "the queue's policy no longer allows the rule": {
    incident: { hours: 1, intentsIn: steadily(1), isRuleFailing: (at) => at > 30 * minuteMs },
    alarms: ["DeadLetters", "RuleFails"],
  },
  "the dead-letter queue's policy does not allow the rule either": {
    incident: {
      hours: 1,
      intentsIn: steadily(1),
      isRuleFailing: (at) => at > 30 * minuteMs,
      isDeadLetterQueueFailing: true,
    },
    alarms: ["RuleFails", "EventsLost"],
  },
  "the outcome log is deleted by hand": {
    incident: { hours: 1, intentsIn: steadily(1), isOutcomeRuleFailing: true },
    alarms: ["DeadLetters", "OutcomeRuleFails"],
  },
  "Connect disregards tokens, and transfers contacts twice": {
    incident: {
      hours: 1,
      intentsIn: (minute) => Number(minute % 10 === 0),
      connectError: () => "InvalidRequestException",
      successors: 2,
    },
    alarms: ["DeadLetters", "SeveralSuccessors"],
  },
  "answers are lost, and the reads find each contact where it was to go": {
    incident: {
      hours: 1,
      intentsIn: steadily(1),
      connectError: () => "InvalidRequestException",
      successors: 1,
    },
    alarms: [],
  },
  "nobody looks for a week": {
    incident: { hours: 7 * 24, intentsIn: (minute) => (minute === 1 ? 5 : 0), stopsPollingAt: 0 },
    alarms: ["QueueNotPolled", "NothingTransferred", "QueueNearRetention"],
  },
};

function makeBody(number: number): string {
  return JSON.stringify({
    id: `event-${number}`,
    detail: { contactId: `task-${number}`, contactFlowId: "flow-to-queue" },
  });
}

/** The alarms that fire in an incident, by each reading of CloudWatch's documentation. */
async function alarmsOf(incident: Incident): Promise<string[][]> {
  const { store, from, until } = await simulateDeployment(incident, names, settings);
  return readings.map((alarms) =>
    alarms
      .filter((alarm) => alarm.firesAt(store, from, until).length > 0)
      .map(({ id }) => id)
      .toSorted(),
  );
}

const { names, template } = synthesize({ alarmTopicArn: operators, resolveUnknown: true });
const alarms = readAlarms(template.findResources("AWS::CloudWatch::Alarm"));
const readings = [alarms, readAlarms(template.findResources("AWS::CloudWatch::Alarm"), "0 between series")];
// Simulated before the first suite exists: from then on, node:test follows every promise, and that costs more than they do.
const fired = new Map<string, string[][]>();
for (const [name, { incident }] of Object.entries(incidents)) fired.set(name, await alarmsOf(incident));

describe("the alarms", () => {
  it("are those of the list, notify the topic when they fire and recover, and link to their section of the docs", () => {
    assert.deepEqual(alarms.map(({ id }) => id).toSorted(), withQueue.toSorted());
    for (const { id, description } of alarms) {
      const { meaning, anchor } = alarmList[id as AlarmId];
      assert.equal(description, `${meaning} ${page}#${anchor}`);
    }
    for (const { Properties } of Object.values(template.findResources("AWS::CloudWatch::Alarm"))) {
      assert.deepEqual([Properties.AlarmActions, Properties.OKActions], [[operators], [operators]]);
    }
  });

  it("each fire in at least one incident", () => {
    const shown = new Set(Object.values(incidents).flatMap(({ alarms }) => alarms));
    assert.deepEqual([...shown].toSorted(), withQueue.toSorted());
  });

  it("on dead letters have no data point for a minute that SQS has not published yet", () => {
    const deadLetters = alarms.find(({ id }) => id === "DeadLetters");
    const store = new MetricStore();
    for (const name of ["ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible"])
      store.add({ namespace: "AWS/SQS", name, dimensions: { QueueName: names.deadLetterQueue } }, 2, 0);
    assert.deepEqual([deadLetters?.pointAt(store, 0), deadLetters?.pointAt(store, minuteMs)], [4, undefined]);
  });

  for (const [name, { alarms: expected }] of Object.entries(incidents)) {
    const firing = expected.length > 0 ? expected.join(", ") : "none";
    it(`fire when ${name}: ${firing}`, () => {
      assert.deepEqual(
        fired.get(name),
        readings.map(() => expected.toSorted()),
      );
    });
  }
});

describe("with direct delivery", () => {
  const { names, template } = synthesize({ delivery: "direct", outcomeLog: false });
  const alarms = readAlarms(template.findResources("AWS::CloudWatch::Alarm"));

  for (const [metric, alarm] of [
    ["AsyncEventsDropped", "EventsDropped"],
    ["DeadLetterErrors", "EventsLost"],
  ] as const) {
    it(`Lambda's ${metric} fires ${alarm} and no other that was quiet`, () => {
      const firing = (store: MetricStore) =>
        alarms.filter((alarm) => alarm.firesAt(store, 0, hourMs).length > 0).map(({ id }) => id);
      const store = new MetricStore();
      const quiet = firing(store);
      const dimensions = { FunctionName: names.functionName };
      store.add({ namespace: "AWS/Lambda", name: metric, dimensions }, 1, minuteMs);
      assert.deepEqual(
        firing(store).filter((id) => !quiet.includes(id)),
        [alarm],
      );
    });
  }

  it("nothing watches the rule of an outcome log, or what resolveUnknown finds, without them", () => {
    assert.deepEqual(
      alarms.map(({ id }) => id).toSorted(),
      Object.keys(alarmList)
        .filter((id) => id !== "OutcomeRuleFails" && id !== "SeveralSuccessors")
        .toSorted(),
    );
  });
});

it("every rule of the stack is watched: for failed deliveries, and for events that are lost", () => {
  const { stack, transfers } = construct({
    contactEvents: true,
    producers: [
      {
        account: "444455556666",
        sources: ["com.example.sla"],
        outcomeBusArn: "arn:aws:events:us-east-1:444455556666:event-bus/default",
      },
    ],
  });
  transfers.route("Cancelled", {
    eventPattern: { source: ["com.example.orders"], detailType: ["Order Cancelled"] },
    intent: { contactId: EventField.fromPath("$.detail.contactId"), contactFlowId: "flow" },
  });
  const template = Template.fromStack(stack);
  const rules = Object.keys(template.findResources("AWS::Events::Rule"));
  assert.equal(rules.length, 5);
  const watched = readAlarms(template.findResources("AWS::CloudWatch::Alarm"));
  for (const RuleName of rules) {
    for (const name of ["FailedInvocations", "InvocationsFailedToBeSentToDlq"]) {
      const store = new MetricStore();
      store.add({ namespace: "AWS/Events", name, dimensions: { RuleName } }, 1, minuteMs);
      const firing = watched.filter((alarm) => alarm.firesAt(store, 0, 10 * minuteMs).length > 0);
      assert.ok(
        firing.some(({ id }) => id.endsWith("Fails")),
        `${RuleName}: ${name}`,
      );
    }
  }
  const [alarm] = Object.values(transfers.routeAlarms);
  assert.ok(alarm, "the route's alarm is an attribute");
  const [board] = Object.values(template.findResources("AWS::CloudWatch::Dashboard"));
  assert.ok(JSON.stringify(board).includes(stack.resolve(alarm.alarmArn)["Fn::GetAtt"][0]));
});
