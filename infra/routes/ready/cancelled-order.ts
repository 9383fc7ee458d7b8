import { EventField } from "aws-cdk-lib/aws-events";
import type { RouteDestination, RouteProps } from "../route.ts";

/**
 * Transfers the open task of an order that was cancelled. Your order service publishes `Order Cancelled` with the task's
 * contact id.
 */
export function cancelledOrder(destination: RouteDestination): RouteProps {
  return {
    eventPattern: { source: ["com.example.orders"], detailType: ["Order Cancelled"] },
    intent: {
      contactId: EventField.fromPath("$.detail.contactId"),
      ...destination,
      metadata: { because: "the order was cancelled", orderId: EventField.fromPath("$.detail.orderId") },
    },
  };
}
