import { Token } from "aws-cdk-lib/core";
import { SettingError } from "./setting-error.ts";
import type { Settings } from "./settings.ts";
import { transferResources } from "./transfer-resources.ts";

/** The longest that an invocation may wait for a slot: its timeout, less the requests and the writes that follow. */
const slotWaitSeconds = 20;

// AWS's limits, less what the construct itself needs. Beyond them, a deployment would fail halfway.
const environmentListCharacters = 2800; // of 4 KB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const transferResourceCharacters = 8500; // of 10,240 in all inline policies of a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const eventSourceCharacters = 1900; // of 2,048 in a pattern: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html

/** Refuses settings that are valid one by one but contradict each other or exceed a limit of AWS. */
export function checkLimits(settings: Settings): void {
  checkPace(settings);
  const { instanceArns, contactFlowIds = [], queueIds = [], userIds = [], eventSources = [] } = settings;
  checkLength(
    "instanceArns, contactFlowIds, queueIds and userIds",
    [...instanceArns, ...contactFlowIds, ...queueIds, ...userIds],
    environmentListCharacters,
    "the function's environment: use ids instead of ARNs, or allow all of a kind",
  );
  checkLength(
    "instanceArns and contactFlowIds",
    transferResources(settings),
    transferResourceCharacters,
    "the role's policy, where each flow id counts once per instance: use ARNs of flows, or allow all flows",
  );
  checkLength(
    "eventSources",
    eventSources,
    eventSourceCharacters,
    "the rule's event pattern: name fewer sources",
  );
}

function checkPace({ transfersPerSecond, maxConcurrency, batchSize }: Settings): void {
  if ([transfersPerSecond, maxConcurrency, batchSize].some(Token.isUnresolved)) return;
  const seconds = (maxConcurrency * batchSize) / transfersPerSecond;
  if (seconds <= slotWaitSeconds) return;
  const slots = slotWaitSeconds * transfersPerSecond;
  const fitting = [
    ["transfersPerSecond to at least", (maxConcurrency * batchSize) / slotWaitSeconds, 0.1],
    ["maxConcurrency to at most", Math.floor(slots / batchSize), 2],
    ["batchSize to at most", Math.floor(slots / maxConcurrency), 1],
  ] as const;
  const advice = fitting
    .filter(([, value, least]) => value >= least)
    .map(([what, value]) => `${what} ${value}`);
  throw new SettingError(
    `maxConcurrency × batchSize / transfersPerSecond = ${maxConcurrency} × ${batchSize} / ${transfersPerSecond} = ${Math.ceil(seconds * 10) / 10} s, ` +
      `more than the ${slotWaitSeconds} s that an invocation can wait for its slots: set ${advice.join(", or ")}.`,
  );
}

function checkLength(setting: string, values: readonly string[], limit: number, where: string): void {
  const characters = JSON.stringify(values).length;
  if (characters <= limit) return;
  throw new SettingError(
    `${setting} take ${characters} characters, more than the ${limit} available in ${where}.`,
  );
}
