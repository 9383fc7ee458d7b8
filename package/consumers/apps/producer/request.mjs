// Requests one transfer and prints what a producer may look at.
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { deriveClientToken, requestTransfer } from "contact-transfer/events";
import schema from "contact-transfer/schemas/contact-transfer-requested.schema.json" with { type: "json" };

const intent = { intentId: "order-4711", contactId: "task-1", contactFlowId: "flow", queueId: "queue" };
const { eventId } = await requestTransfer(intent, {
  client: new EventBridgeClient({}),
  source: "com.example.orders",
});
const clientToken = deriveClientToken({ ...intent, instanceId: "instance" });
process.stdout.write(JSON.stringify({ eventId, clientToken, schema: schema.$id }));
