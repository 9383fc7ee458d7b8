// The SQS server of `bench/dlq/dlq.ts`, in a process of its own, so that its memory is not counted.
import { startHttpServer } from "../../local/services/http-server.ts";
import { startSqsEndpoint } from "../../local/services/sqs/sqs-endpoint.ts";
import { makeEnvelope } from "../../test/makers.ts";
import { makeFailure, makeLetter } from "../../test/operator/dead-letter-queues.ts";
import type { Fill } from "./dlq.ts";

const region = "us-east-1";
const endpoint = startSqsEndpoint({ region });
const { url } = await startHttpServer(endpoint.handle);
process.send?.({ url });

process.on("message", async ({ queueName, letters, bodyBytes }: Fill) => {
  await endpoint.createQueue({
    logicalId: queueName,
    queueName,
    queueArn: `arn:aws:sqs:${region}:000000000000:${queueName}`,
    queueUrl: "",
    visibilityTimeoutSeconds: 30,
    messageRetentionSeconds: 1_209_600,
    maximumMessageSizeBytes: 1_048_576,
    delaySeconds: 0,
    receiveMessageWaitSeconds: 0,
  });
  const queueUrl = `${url}/000000000000/${queueName}`;
  const note = "x".repeat(bodyBytes);
  for (let n = 0; n < letters; n++) {
    const body = makeEnvelope({ contactId: `task-${n}`, metadata: { note } }, { id: `order-${n}` });
    const { MessageBody, MessageAttributes } = makeLetter({
      body,
      reason: "AccessDenied",
      failure: makeFailure(),
    });
    const attributes = Object.entries(MessageAttributes ?? {}).map(
      ([name, { StringValue = "" }]) => [name, StringValue] as const,
    );
    await endpoint.client.sendMessage(queueUrl, MessageBody, Object.fromEntries(attributes));
  }
  process.send?.({ queueUrl });
});
