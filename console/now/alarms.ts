import type { CloudWatchClient, CompositeAlarm, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { askAws } from "../../operate/aws/explain-error.ts";
import type { Alarm, Alarms } from "../protocol/now.ts";

/** Reads the alarms of a stack, whose names begin with the stack's unless somebody has chosen others. */
export async function readAlarms(
  client: CloudWatchClient,
  stackName: string,
  now: () => number,
): Promise<Alarms> {
  const { paginateDescribeAlarms } = await import("@aws-sdk/client-cloudwatch");
  const ringing: Alarm[] = [];
  let total = 0;
  await askAws("cloudwatch:DescribeAlarms", `the alarms of ${stackName}`, async () => {
    const asked = { AlarmNamePrefix: `${stackName}-` };
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms(
      { client },
      asked,
    )) {
      const alarms = [...MetricAlarms, ...CompositeAlarms];
      total += alarms.length;
      ringing.push(...alarms.filter(({ StateValue }) => StateValue === "ALARM").map(alarmOf));
    }
  });
  return { kind: "read", readAt: now(), ringing: ringing.toSorted((a, b) => a.since - b.since), total };
}

function alarmOf(alarm: MetricAlarm | CompositeAlarm): Alarm {
  const { AlarmName = "", AlarmDescription = "", StateTransitionedTimestamp, StateUpdatedTimestamp } = alarm;
  const since = StateTransitionedTimestamp ?? StateUpdatedTimestamp;
  return { name: AlarmName, since: since?.getTime() ?? 0, description: AlarmDescription };
}
