import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { SQSEvent } from "aws-lambda";
import { handler as transfer } from "./bare-promise-all.ts";

const eventBridge = new EventBridgeClient({});

/** The bare handler and one call with the outcomes of its batch: the least that publishes them. */
export const handler = async (event: SQSEvent) => {
  await transfer(event);
  const Entries = event.Records.map(({ body }) => ({
    Source: "bench",
    DetailType: "Contact Transfer Succeeded",
    Detail: JSON.stringify({ request: JSON.parse(body).detail }),
  }));
  await eventBridge.send(new PutEventsCommand({ Entries }));
};
