import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ToolError } from "../../cli/errors.ts";
import { requestDetailType } from "../../events/detail-types.ts";
import { askAws } from "./explain-error.ts";

/** Puts a request on a bus. Returns the id of the event. @throws ToolError if EventBridge rejects it */
export async function putRequest(
  client: EventBridgeClient,
  eventBusName: string,
  source: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<string> {
  const entry = {
    EventBusName: eventBusName,
    Source: source,
    DetailType: requestDetailType,
    Detail: JSON.stringify(detail),
  };
  const { Entries = [] } = await askAws("events:PutEvents", `the bus ${eventBusName}`, () =>
    client.send(new PutEventsCommand({ Entries: [entry] })),
  );
  const { EventId, ErrorCode, ErrorMessage = "no reason given" } = Entries[0] ?? {};
  if (EventId) return EventId;
  throw new ToolError(
    ErrorCode === undefined
      ? "EventBridge did not confirm the event, which may be on the bus."
      : `EventBridge rejected the event: ${ErrorCode}: ${ErrorMessage}`,
  );
}
