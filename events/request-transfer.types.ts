/** What the types of the producers' helper refuse: `tsc` checks it, nothing runs it. */
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { requestTransfer } from "./request-transfer.ts";

declare const client: EventBridgeClient;
const options = { client, source: "com.example.orders" };
const intent = { intentId: "order-4711", contactId: "contact", contactFlowId: "flow" };

const { eventId } = await requestTransfer(intent, options);
eventId satisfies string;
await requestTransfer({ ...intent, queueId: "queue", metadata: { orderId: "4711" } }, options);

// @ts-expect-error Without an intentId, sending it again would transfer again.
await requestTransfer({ contactId: "contact", contactFlowId: "flow" }, options);
// @ts-expect-error A misspelt member.
await requestTransfer({ ...intent, queueID: "queue" }, options);
// @ts-expect-error The source is required: rules filter by it.
await requestTransfer(intent, { client });
