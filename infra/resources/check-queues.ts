import { CfnFunction } from "aws-cdk-lib/aws-lambda";
import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import { Token } from "aws-cdk-lib/core";
import type { TransferParts } from "../parts.ts";
import type { Settings } from "../settings/resolve-settings.ts";

/**
 * What has to hold between queues and function, whoever has changed their resources since: each rule that does not, as a
 * sentence. Values that are tokens pass unchecked.
 */
export function checkQueues(
  transfers: Pick<TransferParts, "intentQueue" | "deadLetterQueue" | "function">,
  { maxIntentAgeSeconds }: Pick<Settings, "maxIntentAgeSeconds">,
): string[] {
  const intentQueue = transfers.intentQueue.node.defaultChild;
  const deadLetterQueue = transfers.deadLetterQueue.node.defaultChild;
  const transferFunction = transfers.function.node.defaultChild;
  if (!(intentQueue instanceof CfnQueue && deadLetterQueue instanceof CfnQueue)) return [];
  const timeout = transferFunction instanceof CfnFunction ? (transferFunction.timeout ?? 3) : 3;
  const visibility = intentQueue.visibilityTimeout ?? 30;
  const retention = intentQueue.messageRetentionPeriod ?? fourDays;
  const deadLetterRetention = deadLetterQueue.messageRetentionPeriod ?? fourDays;
  const rules: [least: number, actual: number, sentence: string][] = [
    [
      6 * timeout,
      visibility,
      `The intent queue's visibility timeout is ${visibility} s, less than six times the function's time-out of ${timeout} s, so that messages would be delivered again while they are worked on: make it ${6 * timeout} s or more.`,
    ],
    [
      retention + 1,
      deadLetterRetention,
      `The dead-letter queue keeps messages ${deadLetterRetention} s, not longer than the intent queue (${retention} s), so that what SQS moves there late would be lost soon, as it keeps its sent time: keep dead letters longer.`,
    ],
    [
      2 * maxIntentAgeSeconds + 1,
      retention,
      `The intent queue keeps messages ${retention} s, not longer than twice maxIntentAge (${maxIntentAgeSeconds} s), so that intents could vanish unseen in a long pause: keep messages longer or lower maxIntentAge.`,
    ],
  ];
  return rules
    .filter(([least, actual]) => !Token.isUnresolved(least) && !Token.isUnresolved(actual) && actual < least)
    .map(([, , sentence]) => sentence);
}

const fourDays = 4 * 24 * 3600;
