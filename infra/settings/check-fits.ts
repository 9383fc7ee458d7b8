import { Token } from "aws-cdk-lib/core";
import type { Settings } from "./resolve-settings.ts";
import { SettingError } from "./setting-error.ts";
import { transferResources } from "./transfer-resources.ts";

/** The longest that an invocation may wait for a turn at Connect: its time-out, less the requests and the puts that follow. */
const turnWaitSeconds = 20;

// What AWS allows, less what the construct itself needs there. Over it, the deployment would fail halfway.
const environmentListCharacters = 2800; // of 4 KB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const transferResourceCharacters = 8500; // of 10,240 in all inline policies of a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const eventSourceCharacters = 1900; // of 2,048 in a pattern: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html

/** Refuses settings that are each right and do not go together, or do not fit into what AWS allows. */
export function checkFits(settings: Settings): void {
  checkPace(settings);
  const { instanceArns, contactFlowIds = [], queueIds = [], userIds = [], eventSources = [] } = settings;
  checkLength(
    "instanceArns, contactFlowIds, queueIds and userIds",
    [...instanceArns, ...contactFlowIds, ...queueIds, ...userIds],
    environmentListCharacters,
    "the function's environment: give ids rather than ARNs, or allow all of a kind",
  );
  checkLength(
    "instanceArns and contactFlowIds",
    transferResources(settings),
    transferResourceCharacters,
    "the role's policy, where each flow id counts once for each instance: give ARNs of flows, or allow all flows",
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
  if (seconds <= turnWaitSeconds) return;
  const turns = turnWaitSeconds * transfersPerSecond;
  const fitting = [
    ["transfersPerSecond at least", (maxConcurrency * batchSize) / turnWaitSeconds, 0.1],
    ["maxConcurrency at most", Math.floor(turns / batchSize), 2],
    ["batchSize at most", Math.floor(turns / maxConcurrency), 1],
  ] as const;
  const advice = fitting
    .filter(([, value, least]) => value >= least)
    .map(([what, value]) => `${what} ${value}`);
  throw new SettingError(
    `maxConcurrency × batchSize / transfersPerSecond = ${maxConcurrency} × ${batchSize} / ${transfersPerSecond} = ${Math.ceil(seconds * 10) / 10} s, ` +
      `longer than the ${turnWaitSeconds} s that an invocation can wait for its turns: what fits is ${advice.join(", or ")}.`,
  );
}

function checkLength(setting: string, values: readonly string[], limit: number, where: string): void {
  const characters = JSON.stringify(values).length;
  if (characters <= limit) return;
  throw new SettingError(
    `${setting} take ${characters} characters, more than the ${limit} that are left for them in ${where}.`,
  );
}
