import { EventField } from "aws-cdk-lib/aws-events";
import { requireSource } from "../../settings/checks.ts";
import type { EventSource, RouteDestination, RouteProps } from "../route.ts";

/**
 * Transfers the open task of an order that was cancelled. Your order service publishes `Order Cancelled` with the task's
 * contact id; `source` is `com.example.orders` by default.
 */
export function cancelledOrder({
  source = "com.example.orders",
  ...destination
}: RouteDestination & EventSource): RouteProps {
  requireSource("routes.CancelledOrder.source", source);
  return {
    eventPattern: { source: [source], detailType: ["Order Cancelled"] },
    intent: {
      contactId: EventField.fromPath("$.detail.contactId"),
      ...destination,
      metadata: { because: "the order was cancelled", orderId: EventField.fromPath("$.detail.orderId") },
    },
  };
}
