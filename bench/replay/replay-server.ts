// The SQS server of `bench/replay/replay.ts`, in its own thread, so that its memory is not counted.
import { parentPort } from "node:worker_threads";
import { startHttpServer } from "../../local/services/http-server.ts";
import { startSqsEndpoint } from "../../local/services/sqs/sqs-endpoint.ts";
import { benchQueue, benchRegion } from "../dead-letters.ts";

const endpoint = startSqsEndpoint({ region: benchRegion });
for (const name of ["unpaced", "paced-20", "paced-200", "listed"]) {
  for (const queueName of [`${name}-dead`, `${name}-intents`]) {
    await endpoint.createQueue(benchQueue(queueName));
  }
}
const { url } = await startHttpServer(endpoint.handle);
parentPort?.postMessage(url);
