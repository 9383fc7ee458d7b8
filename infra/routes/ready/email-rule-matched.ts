import { EventField } from "aws-cdk-lib/aws-events";
import type { RouteDestination, RouteProps } from "../route.ts";

/**
 * An email that a rule of Contact Lens has matched goes to the queue that the rule is about. Events of contacts that are in
 * that queue already, as transferred ones are, do not match. The rule needs the action "Generate an EventBridge event".
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-rules-eventbridge-event.html
 */
export function emailRuleMatched(
  destination: RouteDestination,
  {
    instanceArns,
    queueArn,
    ruleName,
  }: { readonly instanceArns: readonly string[]; readonly queueArn: string; readonly ruleName: string },
): RouteProps {
  return {
    eventPattern: {
      source: ["aws.connect"],
      detailType: ["Contact Lens Email Rules Matched"],
      detail: {
        ruleName: [ruleName],
        instanceArn: [...instanceArns],
        queueArn: [{ "anything-but": [queueArn] }],
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
