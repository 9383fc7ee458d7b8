import type { IKey } from "aws-cdk-lib/aws-kms";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import type { Construct } from "constructs";

/** Longest run of the function. */
export const functionTimeout = Duration.seconds(30);

/** What failed, with its reason, and what could not be delivered. */
export function createDeadLetterQueue(scope: Construct, key: IKey | undefined): Queue {
  // Without a redrive allow policy: it would have to name the intent queue, which names this one.
  return new Queue(scope, "DeadLetterQueue", {
    ...safely(key),
    // SQS's most, as a message that SQS moves here keeps its sent time.
    retentionPeriod: Duration.days(14),
    // EventBridge's most as well: what is too long for the intent queue must fit in here.
    maxMessageSizeBytes: 1024 * 1024,
  });
}

/** Where intents wait for their turn. */
export function createIntentQueue(scope: Construct, deadLetterQueue: Queue, key: IKey | undefined): Queue {
  return new Queue(scope, "IntentQueue", {
    ...safely(key),
    retentionPeriod: Duration.days(13),
    // Leaves room for what the function adds when it makes a dead letter of a message.
    maxMessageSizeBytes: 64 * 1024,
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig
    visibilityTimeout: Duration.seconds(6 * functionTimeout.toSeconds()),
    // SQS's most: waiting for a turn costs receives too, so the function itself decides when an intent has failed.
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 1000 },
  });
}

/** Encrypted, over TLS only, and kept with what lies in it when the stack is deleted. */
function safely(key: IKey | undefined): QueueProps {
  return {
    encryption: key ? QueueEncryption.KMS : QueueEncryption.SQS_MANAGED,
    encryptionMasterKey: key,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  };
}
