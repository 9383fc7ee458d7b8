import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Duration } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Side } from "../../events/failure-reasons.ts";
import type { TransferParts } from "../parts.ts";
import { intentRetention } from "../resources/queues.ts";
import type { Settings } from "../settings/settings.ts";
import { type AlarmId, alarmList } from "./alarm-list.ts";
import * as signals from "./alarm-signals.ts";

type Condition = Pick<AlarmProps, "metric" | "threshold" | "evaluationPeriods"> &
  Partial<Pick<AlarmProps, "comparisonOperator" | "treatMissingData">>;

const aMinute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** The alarms, each with its meaning and a link to the section of `docs/operations.md` that says what to do. */
export function createAlarms(
  scope: Construct & TransferParts,
  settings: Settings,
): Readonly<Record<AlarmId, Alarm>> {
  const { alarmTopicArn, paused } = settings;
  const conditions = conditionsOf(scope, settings);
  const create = (id: AlarmId): Alarm => {
    const alarm = new Alarm(scope, id, {
      alarmDescription: `${alarmList[id].meaning} → docs/operations.md#${alarmList[id].anchor}`,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      actionsEnabled: !(paused && alarmList[id].isQuietWhilePaused),
      ...conditions[id],
    });
    if (alarmTopicArn === undefined) return alarm;
    const action = { bind: () => ({ alarmActionArn: alarmTopicArn }) };
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  };
  const entries = (Object.keys(conditions) as AlarmId[]).map((id) => [id, create(id)] as const);
  return Object.fromEntries(entries) as Record<AlarmId, Alarm>;
}

function conditionsOf(
  scope: Construct & TransferParts,
  settings: Settings,
): Readonly<Record<AlarmId, Condition>> {
  const share = (side: Side, threshold: number): Condition => ({
    metric: signals.shareOfFailures(scope, side),
    threshold,
    evaluationPeriods: 1,
  });
  const shares: Readonly<Record<Side, Condition>> = {
    producer: share("producer", 20),
    connect: share("connect", 5),
    contact: share("contact", 30),
    age: share("age", 5),
  };
  return {
    DeadLetters: { metric: signals.deadLetters(scope, aMinute), threshold: 0, evaluationPeriods: 1 },
    IntentsAging: {
      metric: signals.doubledIntentAge(scope, fiveMinutes),
      threshold: settings.maxIntentAge.toSeconds(),
      evaluationPeriods: 1,
    },
    QueueNotPolled: {
      metric: signals.receives(scope, fiveMinutes),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    },
    ProducerErrors: shares.producer,
    ConnectErrors: shares.connect,
    ContactErrors: shares.contact,
    IntentsExpire: shares.age,
    Throttled: { metric: signals.shareThrottled(scope, fiveMinutes), threshold: 25, evaluationPeriods: 3 },
    FunctionFails: {
      metric: scope.function.metricErrors({ period: fiveMinutes }),
      threshold: 0,
      evaluationPeriods: 1,
    },
    NothingTransferred: {
      metric: signals.stalled(scope, fiveMinutes),
      threshold: 0,
      evaluationPeriods: 4,
    },
    RuleFails: { metric: signals.failedDeliveries(scope, fiveMinutes), threshold: 0, evaluationPeriods: 1 },
    QueueNearRetention: {
      metric: scope.intentQueue.metricApproximateAgeOfOldestMessage({ period: fiveMinutes }),
      threshold: intentRetention.toSeconds() / 2,
      evaluationPeriods: 1,
    },
  };
}
