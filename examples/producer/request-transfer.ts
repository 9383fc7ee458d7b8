/**
 * A producer: requests one transfer when an order is cancelled. Run `npm start -- --serve` in one shell, paste the
 * variables it prints into another, and there:
 *
 *     npx node examples/producer/request-transfer.ts 4711 task-1
 */
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { requestTransfer } from "contact-transfer/events";

interface CancelledOrder {
  readonly orderId: string;
  /** The open task or email about the order. */
  readonly contactId: string;
}

const client = new EventBridgeClient();

/** Safe to call again after an error: the same order makes the same `intentId`, so the contact is transferred once. */
export async function onOrderCancelled({ orderId, contactId }: CancelledOrder): Promise<string> {
  const { eventId } = await requestTransfer(
    {
      intentId: `order-${orderId}-cancelled`,
      contactId,
      contactFlowId: "flow-to-queue",
      queueId: "queue-cancellations",
      metadata: { orderId },
    },
    { client, source: "com.example.orders" },
  );
  return eventId;
}

if (import.meta.main) {
  const [orderId = "4711", contactId = "task-1"] = process.argv.slice(2);
  process.stdout.write(`Requested by event ${await onOrderCancelled({ orderId, contactId })}.\n`);
}
