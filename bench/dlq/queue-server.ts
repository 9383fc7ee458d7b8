// The SQS server of `bench/dlq/dlq.ts`, in a process of its own, so that its memory is not counted.
import { startHttpServer } from "../../local/services/http-server.ts";
import { localAccountId, startSqsEndpoint } from "../../local/services/sqs/sqs-endpoint.ts";
import { benchLetter, benchQueue, benchRegion } from "../dead-letters.ts";

/** A queue to fill, which is created if it does not exist, or how many messages it has if `letters` is missing. */
export interface Asked {
  readonly queueName: string;
  readonly letters?: number;
  readonly bodyBytes?: number;
}

const endpoint = startSqsEndpoint({ region: benchRegion });
const { url } = await startHttpServer(endpoint.handle);
process.send?.({ url });

process.on("message", async ({ queueName, letters, bodyBytes = 0 }: Asked) => {
  const queueUrl = `${url}/${localAccountId}/${queueName}`;
  if (letters !== undefined) await endpoint.createQueue(benchQueue(queueName));
  for (let n = 0; n < (letters ?? 0); n++) {
    const { MessageBody, MessageAttributes } = benchLetter(n, bodyBytes);
    const attributes = Object.entries(MessageAttributes).map(
      ([name, { StringValue = "" }]) => [name, StringValue] as const,
    );
    await endpoint.client.sendMessage(queueUrl, MessageBody, Object.fromEntries(attributes));
  }
  process.send?.({ queueUrl, count: endpoint.count(queueName) });
});
