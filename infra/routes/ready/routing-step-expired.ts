import { EventField } from "aws-cdk-lib/aws-events";
import type { RouteDestination, RouteProps } from "../route.ts";

/**
 * A task or an email for which Connect has found no agent in a step of its routing criteria goes to another queue. A
 * contact that has been transferred already, or that is with an agent, is left alone.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html#sample-routing-step-expires
 */
export function routingStepExpired(
  destination: RouteDestination,
  { instanceArns }: { readonly instanceArns: readonly string[] },
): RouteProps {
  return {
    eventPattern: {
      source: ["aws.connect"],
      detailType: ["Amazon Connect Contact Event"],
      detail: {
        eventType: ["CONTACT_DATA_UPDATED"],
        updatedProperties: ["RoutingCriteria.Step.Status"],
        routingCriteria: { steps: { status: ["EXPIRED"] } },
        channel: ["TASK", "EMAIL"],
        initiationMethod: [{ "anything-but": ["TRANSFER"] }],
        agentInfo: { agentArn: [{ exists: false }] },
        instanceArn: [...instanceArns],
      },
    },
    intent: {
      contactId: EventField.fromPath("$.detail.contactId"),
      instanceId: EventField.fromPath("$.detail.instanceArn"),
      ...destination,
      metadata: { because: "a routing step has expired" },
    },
  };
}
