import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IAlarmAction,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import type { IEventBus, Rule } from "aws-cdk-lib/aws-events";
import { Duration } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Side } from "../../events/failure-reasons.ts";
import type { TransferParts } from "../parts.ts";
import { intentRetention } from "../resources/queues.ts";
import type { Settings } from "../settings/settings.ts";
import { type AlarmFacts, type AlarmId, alarmList, type OptionalAlarmId } from "./alarm-list.ts";
import * as signals from "./alarm-signals.ts";
import { functionMetric } from "./metrics.ts";

type Condition = Pick<AlarmProps, "metric" | "threshold" | "evaluationPeriods"> &
  Partial<Pick<AlarmProps, "comparisonOperator" | "treatMissingData">>;

/** A condition for each alarm that the deployment has. */
type PerAlarm<Value> = Readonly<
  Record<Exclude<AlarmId, OptionalAlarmId>, Value> & Partial<Record<OptionalAlarmId, Value>>
>;

/** The alarms by id: those of a feature that is off are missing. */
export type Alarms = PerAlarm<Alarm>;

/** What an alarm does, and where its text links to. */
export interface AlarmOptions extends Pick<Settings, "paused" | "runbookUrl"> {
  readonly actions: readonly IAlarmAction[];
}

const aMinute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** The alarms, each with its meaning and a link to the section of the runbook that says what to do. */
export function createAlarms(
  scope: Construct & TransferParts,
  settings: Settings,
  options: AlarmOptions,
): Alarms {
  const { OutcomeRuleFails, EventsDropped, SeveralSuccessors, ...conditions } = conditionsOf(scope, settings);
  const create = (id: AlarmId, condition: Condition) =>
    createAlarm(scope, id, alarmList[id], condition, options);
  const always = Object.entries(conditions).map(([id, condition]) => [id, create(id as AlarmId, condition)]);
  return {
    ...(Object.fromEntries(always) as PerAlarm<Alarm>),
    ...(OutcomeRuleFails && { OutcomeRuleFails: create("OutcomeRuleFails", OutcomeRuleFails) }),
    ...(EventsDropped && { EventsDropped: create("EventsDropped", EventsDropped) }),
    ...(SeveralSuccessors && { SeveralSuccessors: create("SeveralSuccessors", SeveralSuccessors) }),
  };
}

/** The alarm of one of several rules of a kind, such as those of routes. */
export function createRuleAlarm(
  scope: Construct,
  rule: Rule,
  eventBus: IEventBus,
  facts: AlarmFacts,
  options: AlarmOptions,
): Alarm {
  return createAlarm(scope, `${rule.node.id}Fails`, facts, failing(rule, eventBus), options);
}

function createAlarm(
  scope: Construct,
  id: string,
  { meaning, anchor, isQuietWhilePaused }: AlarmFacts,
  condition: Condition,
  { paused, runbookUrl, actions }: AlarmOptions,
): Alarm {
  const alarm = new Alarm(scope, id, {
    alarmDescription: `${meaning} ${runbookUrl}#${anchor}`,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    actionsEnabled: !(paused && isQuietWhilePaused),
    ...condition,
  });
  alarm.addAlarmAction(...actions);
  alarm.addOkAction(...actions);
  return alarm;
}

function failing(rule: Rule, eventBus: IEventBus): Condition {
  return {
    metric: signals.failedDeliveries(rule, eventBus, fiveMinutes),
    threshold: 0,
    evaluationPeriods: 1,
  };
}

function conditionsOf(scope: Construct & TransferParts, settings: Settings): PerAlarm<Condition> {
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
    QueueNearRetention: {
      metric: scope.intentQueue.metricApproximateAgeOfOldestMessage({ period: fiveMinutes }),
      threshold: intentRetention.toSeconds() / 2,
      evaluationPeriods: 1,
    },
    ...(settings.resolveUnknown && {
      SeveralSuccessors: {
        metric: functionMetric(scope, "SeveralSuccessors", { period: fiveMinutes }),
        threshold: 0,
        evaluationPeriods: 1,
      },
    }),
    ...deliveryConditions(scope, settings),
  };
}

/** Of the rules, and of Lambda's own queue in direct delivery. */
function deliveryConditions(scope: Construct & TransferParts, { delivery }: Settings) {
  const isDirect = delivery === "direct";
  const { rule, outcomeRule, eventBus } = scope;
  return {
    RuleFails: failing(rule, eventBus),
    ...(outcomeRule && { OutcomeRuleFails: failing(outcomeRule, eventBus) }),
    EventsLost: {
      metric: signals.lostEvents(scope, isDirect, fiveMinutes),
      threshold: 0,
      evaluationPeriods: 1,
    },
    ...(isDirect && {
      EventsDropped: {
        metric: scope.function.metric("AsyncEventsDropped", { period: fiveMinutes, statistic: "Sum" }),
        threshold: 0,
        evaluationPeriods: 1,
      },
    }),
  };
}
