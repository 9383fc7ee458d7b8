import type { IAlarmAction } from "aws-cdk-lib/aws-cloudwatch";
import { Annotations } from "aws-cdk-lib/core";
import type { Construct } from "constructs";

/** What the alarms do: notify the topic, and the app's own actions. Without any, synth warns. */
export function alarmActions(
  scope: Construct,
  topicArn: string | undefined,
  own: readonly IAlarmAction[] = [],
): IAlarmAction[] {
  const topic: IAlarmAction[] =
    topicArn === undefined ? [] : [{ bind: () => ({ alarmActionArn: topicArn }) }];
  const actions = [...topic, ...own];
  if (actions.length === 0) {
    Annotations.of(scope).addWarningV2(
      "contact-transfer:alarms-without-action",
      "The alarms notify nobody: set alarmTopicArn to the ARN of an SNS topic, or alarmActions.",
    );
  }
  return actions;
}
