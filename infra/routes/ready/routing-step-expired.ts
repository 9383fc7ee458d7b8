import { EventField, Match } from "aws-cdk-lib/aws-events";
import type { Deployment, RouteDestination, RouteProps } from "../route.ts";
import { instanceOf } from "./instance-of.ts";

/**
 * Transfers a task or an email for which Connect found no agent within a step of its routing criteria. A contact that
 * follows another one, as a transferred or a linked one does, or that is with an agent, stays.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html#sample-routing-step-expires
 */
export function routingStepExpired(destination: RouteDestination, deployment: Deployment): RouteProps {
  return {
    eventPattern: {
      source: ["aws.connect"],
      detailType: ["Amazon Connect Contact Event"],
      detail: {
        eventType: ["CONTACT_DATA_UPDATED"],
        updatedProperties: ["RoutingCriteria.Step.Status"],
        routingCriteria: { steps: { status: ["EXPIRED"] } },
        // AWS's samples write a channel both in capitals and as `Voice`.
        channel: Match.anyOf(Match.equalsIgnoreCase("TASK"), Match.equalsIgnoreCase("EMAIL")),
        // Nothing public says which initiation method a transferred contact has: both keep it from being transferred again.
        previousContactId: [{ exists: false }],
        initiationMethod: Match.anythingButEqualsIgnoreCase("TRANSFER"),
        agentInfo: { agentArn: [{ exists: false }] },
        instanceArn: [instanceOf("RoutingStepExpired", destination, deployment)],
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
