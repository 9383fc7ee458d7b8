import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, Duration, Stack } from "aws-cdk-lib/core";
import { readAlarms } from "../../test/metrics/read-alarms.ts";
import { type Incident, minuteMs, simulateDeployment } from "../../test/metrics/simulate-deployment.ts";
import { ContactTransfer } from "../contact-transfer.ts";
import type { ContactTransferProps } from "../contact-transfer-props.ts";
import { metricsServiceName } from "../resources/service-name.ts";
import { type AlarmId, alarmList } from "./alarm-list.ts";

const instanceArn = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";
const operators = "arn:aws:sns:us-east-1:111122223333:operators";
const hourMs = 60 * minuteMs;

function synthesize(props: Partial<ContactTransferProps> = {}) {
  const stack = new Stack(new App(), "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  const code = Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });");
  const transfers = new ContactTransfer(stack, "Transfers", {
    instanceArns: [instanceArn],
    code,
    maxIntentAge: Duration.hours(1),
    retryFor: Duration.minutes(20),
    ...props,
  });
  const idOf = (child: string) =>
    stack.getLogicalId(transfers.node.findChild(child).node.defaultChild as never);
  const names = {
    service: metricsServiceName(transfers),
    intentQueue: `${idOf("IntentQueue")}.QueueName`,
    deadLetterQueue: `${idOf("DeadLetterQueue")}.QueueName`,
    functionName: idOf("Function"),
    ruleName: idOf("Rule"),
  };
  return { names, template: Template.fromStack(stack) };
}

/** A deployment whose intents live for an hour, at 2 transfers per second. */
const settings = { retryForMs: 20 * minuteMs, maxIntentAgeMs: hourMs };
const steadily = (intents: number) => () => intents;

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

describe("the alarms", () => {
  const { names, template } = synthesize({ alarmTopicArn: operators });
  const alarms = readAlarms(template.findResources("AWS::CloudWatch::Alarm"));

  it("are those of the list, notify the topic when they fire and recover, and link to their section of the docs", () => {
    assert.deepEqual(alarms.map(({ id }) => id).toSorted(), Object.keys(alarmList).toSorted());
    for (const { id, description } of alarms) {
      assert.match(description, new RegExp(` → docs/operations\\.md#${alarmList[id as AlarmId].anchor}$`));
    }
    for (const { Properties } of Object.values(template.findResources("AWS::CloudWatch::Alarm"))) {
      assert.deepEqual([Properties.AlarmActions, Properties.OKActions], [[operators], [operators]]);
    }
  });

  it("each fire in at least one incident", () => {
    const shown = new Set(Object.values(incidents).flatMap(({ alarms }) => alarms));
    assert.deepEqual([...shown].toSorted(), Object.keys(alarmList).toSorted());
  });

  for (const [name, { incident, alarms: expected }] of Object.entries(incidents)) {
    const firing = expected.length > 0 ? expected.join(", ") : "none";
    it(`fire when ${name}: ${firing}`, async () => {
      const { store, from, until } = await simulateDeployment(incident, names, settings);
      const fired = alarms
        .filter((alarm) => alarm.firesAt(store, from, until).length > 0)
        .map(({ id }) => id);
      assert.deepEqual(fired.toSorted(), [...expected].toSorted());
    });
  }
});
