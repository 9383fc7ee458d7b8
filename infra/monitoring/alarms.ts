import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Duration } from "aws-cdk-lib/core";
import type { ContactTransfer } from "../contact-transfer.ts";
import type { Settings } from "../settings/resolve-settings.ts";
import { type AlarmId, alarmList } from "./alarm-list.ts";
import * as signals from "./alarm-signals.ts";

type Condition = Pick<AlarmProps, "metric" | "threshold" | "evaluationPeriods"> &
  Partial<Pick<AlarmProps, "comparisonOperator" | "treatMissingData">>;

const aMinute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/**
 * The alarms, each with what it means and where `docs/operations.md` says what to do. While the deployment is paused,
 * those that tell of standing still tell nobody.
 */
export function createAlarms(scope: ContactTransfer, settings: Settings): Readonly<Record<AlarmId, Alarm>> {
  const { alarmTopicArn, isPaused } = settings;
  const conditions = conditionsOf(scope, settings);
  const create = (id: AlarmId): Alarm => {
    const alarm = new Alarm(scope, id, {
      alarmDescription: `${alarmList[id].meaning} → docs/operations.md#${alarmList[id].anchor}`,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      actionsEnabled: !(isPaused && alarmList[id].isQuietWhilePaused),
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

function conditionsOf(scope: ContactTransfer, settings: Settings): Readonly<Record<AlarmId, Condition>> {
  const { maxIntentAgeSeconds } = settings;
  const retentionSeconds = Duration.days(13).toSeconds();
  return {
    DeadLetters: { metric: signals.deadLetters(scope, aMinute), threshold: 0, evaluationPeriods: 1 },
    IntentsAging: {
      metric: signals.doubledIntentAge(scope, fiveMinutes),
      threshold: maxIntentAgeSeconds,
      evaluationPeriods: 1,
    },
    QueueNotPolled: {
      metric: signals.polls(scope, fiveMinutes),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    },
    ProducerErrors: {
      metric: signals.shareOfFailures(scope, "producer"),
      threshold: 20,
      evaluationPeriods: 1,
    },
    ConnectErrors: { metric: signals.shareOfFailures(scope, "connect"), threshold: 5, evaluationPeriods: 1 },
    ContactErrors: { metric: signals.shareOfFailures(scope, "contact"), threshold: 30, evaluationPeriods: 1 },
    IntentsExpire: { metric: signals.shareOfFailures(scope, "age"), threshold: 5, evaluationPeriods: 1 },
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
      threshold: retentionSeconds / 2,
      evaluationPeriods: 1,
    },
  };
}
