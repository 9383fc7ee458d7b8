import { type IEventBus, Match, Rule } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Fn, RemovalPolicy } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { outcomeDetailTypes } from "../../events/detail-types.ts";

/**
 * Keeps every outcome event for 30 days in a log group, for `trace` and the saved queries. It is deleted with the stack,
 * because it is a copy of what was published on the bus.
 */
export function createOutcomeLog(scope: Construct, eventBus: IEventBus, outcomeSource: string): LogGroup {
  const logGroup = new LogGroup(scope, "OutcomeLog", {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const rule = new Rule(scope, "OutcomeRule", {
    description: "Keeps the outcomes of contact-transfer in a log group",
    eventBus,
    eventPattern: { source: Match.exactString(outcomeSource), detailType: [...outcomeDetailTypes] },
  });
  // CDK's own target would write the policy with a custom resource, which is one more function.
  // A target is the group's ARN without its suffix for streams.
  const arn = Fn.select(0, Fn.split(":*", logGroup.logGroupArn));
  rule.addTarget({ bind: () => ({ arn }) });
  // No conditions: EventBridge uses no role here and does not document which condition keys it sends. A rule of another
  // account cannot target this group.
  logGroup.addToResourcePolicy(
    new PolicyStatement({
      sid: "AllowEventBridge",
      principals: [
        new ServicePrincipal("events.amazonaws.com"),
        new ServicePrincipal("delivery.logs.amazonaws.com"),
      ],
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [logGroup.logGroupArn],
    }),
  );
  return logGroup;
}
