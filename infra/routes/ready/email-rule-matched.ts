import { EventField } from "aws-cdk-lib/aws-events";
import { Token } from "aws-cdk-lib/core";
import { parseConnectArn } from "../../../lambda/intake/connect-arn.ts";
import type { Deployment, RouteProps } from "../route.ts";
import { instanceOf } from "./instance-of.ts";

/** Where the email goes, and the rule of Contact Lens that matches it. */
export interface EmailRuleMatchedSetting {
  readonly contactFlowId: string;
  readonly queueId: string;
  readonly ruleName: string;
}

/**
 * Transfers an email that a Contact Lens rule has matched to the queue of your choice. Emails that are in that queue
 * already, as transferred ones are, do not match. The rule needs the action "Generate an EventBridge event".
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-rules-eventbridge-event.html
 */
export function emailRuleMatched(
  { ruleName, ...destination }: EmailRuleMatchedSetting,
  deployment: Deployment,
): RouteProps {
  const { contactFlowId, queueId } = destination;
  const instanceArn = instanceOf("EmailRuleMatched", destination, deployment);
  const ofInstance = (instance: string) =>
    parseConnectArn(queueId) ? queueId : `${instance}/queue/${queueId}`;
  const isKnown = !Token.isUnresolved(queueId);
  return {
    eventPattern: {
      source: ["aws.connect"],
      detailType: ["Contact Lens Email Rules Matched"],
      detail: {
        ruleName: [ruleName],
        instanceArn: [instanceArn],
        queueArn: [
          {
            // Whether a token becomes an id or an ARN, only the deployment knows.
            "anything-but": isKnown
              ? [ofInstance(instanceArn)]
              : [queueId, ...deployment.instanceArns.map(ofInstance)],
          },
        ],
      },
    },
    intent: {
      contactId: EventField.fromPath("$.detail.contactArn"),
      instanceId: EventField.fromPath("$.detail.instanceArn"),
      contactFlowId,
      queueId: isKnown ? ofInstance(instanceArn) : queueId,
      metadata: {
        because: "a Contact Lens rule matched",
        ruleName: EventField.fromPath("$.detail.ruleName"),
      },
    },
  };
}
