import type { QueueModel } from "../local/services/sqs/queue-model.ts";
import { localAccountId } from "../local/services/sqs/sqs-endpoint.ts";
import { makeEnvelope } from "../test/makers.ts";
import { makeFailure, makeLetter } from "../test/operator/dead-letter-queues.ts";

/** The Region of the local SQS. */
export const benchRegion = "us-east-1";

/** A queue as a stack makes its dead-letter queue. */
export function benchQueue(queueName: string): QueueModel {
  return {
    logicalId: queueName,
    queueName,
    queueArn: `arn:aws:sqs:${benchRegion}:${localAccountId}:${queueName}`,
    queueUrl: "",
    visibilityTimeoutSeconds: 30,
    messageRetentionSeconds: 1_209_600,
    maximumMessageSizeBytes: 1_048_576,
    delaySeconds: 0,
    receiveMessageWaitSeconds: 0,
  };
}

/** A dead letter of the function, whose body is an event of EventBridge of this size, the intent of contact `task-N`. */
export function benchLetter(n: number, bodyBytes: number) {
  const about = {
    id: `order-${n}`,
    "detail-type": "Contact Transfer Requested",
    source: "com.example.orders",
    account: localAccountId,
    time: new Date().toISOString(),
    region: benchRegion,
    resources: [],
  };
  const make = (padding: string) => makeEnvelope({ contactId: `task-${n}` }, { ...about, padding });
  const body = make("x".repeat(bodyBytes - JSON.stringify(make("")).length));
  return makeLetter({ body, reason: "AccessDenied", failure: makeFailure() });
}
