import { EventField } from "aws-cdk-lib/aws-events";
import { requireSource } from "../../settings/checks.ts";
import type { EventSource, RouteDestination, RouteProps } from "../route.ts";

/**
 * Transfers a task that has 15 minutes or less to its deadline; after the deadline it stays. Your service that watches
 * deadlines publishes `SLA Deadline Near`; `source` is `com.example.sla` by default.
 */
export function slaDeadlineNear({
  source = "com.example.sla",
  ...destination
}: RouteDestination & EventSource): RouteProps {
  requireSource("routes.SlaDeadlineNear.source", source);
  return {
    eventPattern: {
      source: [source],
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
