import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { SQSEvent } from "aws-lambda";

const eventBridge = new EventBridgeClient({});

/** A handler, and one call with the outcomes of its batch: the least that publishes them. */
export function withOutcomes(transfer: (event: SQSEvent) => Promise<unknown>) {
  return async (event: SQSEvent) => {
    await transfer(event);
    const Entries = event.Records.map(({ body }) => ({
      Source: "bench",
      DetailType: "Contact Transfer Succeeded",
      Detail: JSON.stringify({ request: JSON.parse(body).detail }),
    }));
    await eventBridge.send(new PutEventsCommand({ Entries }));
  };
}
