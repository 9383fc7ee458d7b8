import { EventField } from "aws-cdk-lib/aws-events";
import type { RouteDestination, RouteProps } from "../route.ts";

/**
 * The task of an order that its customer has cancelled goes to those who handle cancellations. The order service puts
 * `Order Cancelled` with the contact of the order's open task.
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
