import { CfnFunction } from "aws-cdk-lib/aws-lambda";
import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import { Token } from "aws-cdk-lib/core";
import type { TransferParts } from "../parts.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * The broken rules between queues and function, each as a sentence: aspects and escape hatches may have changed the
 * resources. Tokens pass unchecked.
 */
export function checkQueues(
  transfers: Pick<TransferParts, "intentQueue" | "deadLetterQueue" | "function">,
  { maxIntentAge }: Pick<Settings, "maxIntentAge">,
): string[] {
  const intentQueue = transfers.intentQueue.node.defaultChild;
  const deadLetterQueue = transfers.deadLetterQueue.node.defaultChild;
  const transferFunction = transfers.function.node.defaultChild;
  if (!(intentQueue instanceof CfnQueue && deadLetterQueue instanceof CfnQueue)) return [];
  const timeout = transferFunction instanceof CfnFunction ? (transferFunction.timeout ?? 3) : 3;
  const visibility = intentQueue.visibilityTimeout ?? 30;
  const retention = intentQueue.messageRetentionPeriod ?? fourDays;
  const deadLetterRetention = deadLetterQueue.messageRetentionPeriod ?? fourDays;
  const maxIntentAgeSeconds = maxIntentAge.toSeconds();
  const rules: [least: number, actual: number, sentence: string][] = [
    [
      6 * timeout,
      visibility,
      `The intent queue's visibility timeout is ${visibility} s, less than six times the function's timeout of ${timeout} s: messages would be delivered again while the function processes them. Set it to ${6 * timeout} s or more.`,
    ],
    [
      retention + 1,
      deadLetterRetention,
      `The dead-letter queue keeps messages ${deadLetterRetention} s, not longer than the intent queue (${retention} s): a message that SQS moves there keeps its sent time and would soon be deleted. Keep dead letters longer.`,
    ],
    [
      2 * maxIntentAgeSeconds + 1,
      retention,
      `The intent queue keeps messages ${retention} s, not longer than twice maxIntentAge (${maxIntentAgeSeconds} s): intents could be deleted unnoticed during a long pause. Keep messages longer or lower maxIntentAge.`,
    ],
  ];
  return rules
    .filter(([least, actual]) => !Token.isUnresolved(least) && !Token.isUnresolved(actual) && actual < least)
    .map(([, , sentence]) => sentence);
}

const fourDays = 4 * 24 * 3600;
