import { EventField } from "aws-cdk-lib/aws-events";
import type { RouteDestination, RouteProps } from "../route.ts";

/**
 * A task with 15 minutes or less to its deadline goes to the seniors; past the deadline it stays where it is. The service
 * that watches deadlines puts `SLA Deadline Near`.
 */
export function slaDeadlineNear(destination: RouteDestination): RouteProps {
  return {
    eventPattern: {
      source: ["com.example.sla"],
      detailType: ["SLA Deadline Near"],
      detail: { minutesLeft: [{ numeric: ["<=", 15] }] },
    },
    intent: {
      contactId: EventField.fromPath("$.detail.taskContactId"),
      ...destination,
      expiresAt: EventField.fromPath("$.detail.deadline"),
      metadata: { because: "the deadline is near", minutesLeft: EventField.fromPath("$.detail.minutesLeft") },
    },
  };
}
