import type { IKey } from "aws-cdk-lib/aws-kms";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Duration } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Settings } from "../settings/settings.ts";

/** Longest run of the function. */
export const functionTimeout = Duration.seconds(30);

/** How long the intent queue keeps a message. */
export const intentRetention = Duration.days(13);

/** Keeps failed intents with their reasons, and events that the rules could not deliver. */
export function createDeadLetterQueue(
  scope: Construct,
  key: IKey | undefined,
  { removalPolicy }: Pick<Settings, "removalPolicy">,
): Queue {
  // It has no redrive allow policy, which would have to name the intent queue, which names this one.
  return new Queue(scope, "DeadLetterQueue", {
    ...protectedBy(key),
    removalPolicy,
    // SQS's maximum: a message that SQS moves here keeps its sent time.
    retentionPeriod: Duration.days(14),
    // EventBridge's maximum too: an event that is too long for the intent queue must fit in here.
    maxMessageSizeBytes: 1024 * 1024,
  });
}

/** Where intents wait. */
export function createIntentQueue(
  scope: Construct,
  deadLetterQueue: Queue,
  key: IKey | undefined,
  { removalPolicy }: Pick<Settings, "removalPolicy">,
): Queue {
  return new Queue(scope, "IntentQueue", {
    ...protectedBy(key),
    removalPolicy,
    retentionPeriod: intentRetention,
    // Leaves room for what the function adds to a dead letter.
    maxMessageSizeBytes: 64 * 1024,
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig
    visibilityTimeout: Duration.seconds(6 * functionTimeout.toSeconds()),
    // SQS's maximum: waiting costs receives too, so the function itself decides when an intent has failed.
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 1000 },
  });
}

/** Encrypted, and TLS only. */
function protectedBy(key: IKey | undefined): QueueProps {
  return {
    encryption: key ? QueueEncryption.KMS : QueueEncryption.SQS_MANAGED,
    encryptionMasterKey: key,
    enforceSSL: true,
  };
}
