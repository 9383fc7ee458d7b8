import { EventField } from "aws-cdk-lib/aws-events";
import { parseConnectArn } from "../../../lambda/intake/connect-arn.ts";
import { quote, SettingError } from "../../settings/setting-error.ts";
import type { Deployment, RouteProps } from "../route.ts";
import { instancesOf } from "./instances-of.ts";

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
  { ruleName, contactFlowId, queueId }: EmailRuleMatchedSetting,
  deployment: Deployment,
): RouteProps {
  const destination = { contactFlowId, queueId: queueArnOf(queueId, deployment) };
  return {
    eventPattern: {
      source: ["aws.connect"],
      detailType: ["Contact Lens Email Rules Matched"],
      detail: {
        ruleName: [ruleName],
        instanceArn: instancesOf(destination, deployment.instanceArns),
        queueArn: [{ "anything-but": [destination.queueId] }],
      },
    },
    intent: {
      contactId: EventField.fromPath("$.detail.contactArn"),
      instanceId: EventField.fromPath("$.detail.instanceArn"),
      ...destination,
      metadata: {
        because: "a Contact Lens rule matched",
        ruleName: EventField.fromPath("$.detail.ruleName"),
      },
    },
  };
}

function queueArnOf(queueId: string, { instanceArns, defaultInstanceArn }: Deployment): string {
  const instanceArn = defaultInstanceArn ?? (instanceArns.length === 1 ? instanceArns[0] : undefined);
  if (parseConnectArn(queueId)) return queueId;
  if (instanceArn !== undefined) return `${instanceArn}/queue/${queueId}`;
  throw new SettingError(
    `routes.EmailRuleMatched: queueId ${quote(queueId)} must be the ARN of a queue, because there are several instances and no default: emails already in that queue are recognized by it.`,
  );
}
