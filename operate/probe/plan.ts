import { formatDuration } from "../../cli/duration.ts";
import type { ProbeTarget } from "./run-probe.ts";
import type { AskedSources } from "./sources.ts";

/** What a probe would do, step by step. */
export function planProbe(
  { instanceId, contactFlowId, queueId }: ProbeTarget,
  { contactEvents, cloudtrail, patience }: AskedSources,
  stack: string,
): string[] {
  const log =
    contactEvents === true ? `the outcome log of the stack ${stack}` : `the log group ${contactEvents}`;
  const steps = [
    `Start a task with the flow ${contactFlowId} in the instance ${instanceId}; it expires after an hour.`,
    `Transfer it to the queue ${queueId}, and repeat the request at once under the same client token.`,
    "Read the task, its successor and their list until all of them show the transfer.",
    "Repeat the request after the end of the task, and once more without the queue.",
    "End every contact that this made.",
    ...(contactEvents === undefined
      ? []
      : [`Read the events of these contacts in ${log}, for up to ${formatDuration(patience)}.`]),
    ...(cloudtrail === undefined
      ? []
      : [`Look up these requests in CloudTrail's event history, for up to ${formatDuration(cloudtrail)}.`]),
  ];
  return steps.map((step, index) => `${index + 1}. ${step}`);
}
