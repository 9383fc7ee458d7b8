// The SQS server of `bench/replay/replay.ts`, in its own thread, so that its memory is not counted.
import { parentPort } from "node:worker_threads";
import { startHttpServer } from "../../local/services/http-server.ts";
import { localAccountId, startSqsEndpoint } from "../../local/services/sqs/sqs-endpoint.ts";

const region = "us-east-1";
const endpoint = startSqsEndpoint({ region });
for (const name of ["unpaced", "paced-20", "paced-200", "listed"]) {
  for (const queueName of [`${name}-dead`, `${name}-intents`]) {
    await endpoint.createQueue({
      logicalId: queueName,
      queueName,
      queueArn: `arn:aws:sqs:${region}:${localAccountId}:${queueName}`,
      queueUrl: "",
      visibilityTimeoutSeconds: 30,
      messageRetentionSeconds: 1_209_600,
      maximumMessageSizeBytes: 1_048_576,
      delaySeconds: 0,
      receiveMessageWaitSeconds: 0,
    });
  }
}
const { url } = await startHttpServer(endpoint.handle);
parentPort?.postMessage(url);
