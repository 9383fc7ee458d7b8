import { Rule } from "aws-cdk-lib/aws-events";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Producer } from "../contact-transfer-props.ts";
import type { TransferParts } from "../parts.ts";
import { outcomePattern } from "../resources/outcome-pattern.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * Sends each producer with an `outcomeBusArn` the outcomes of requests from its sources: a rule per bus. A producer of other
 * sources never sees them.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 */
export function sendOutcomes(
  scope: Construct & Pick<TransferParts, "eventBus" | "deadLetterQueue">,
  { producers, outcomeSource }: Pick<Settings, "producers" | "outcomeSource">,
): Rule[] {
  const byBus = Object.groupBy(producers, ({ outcomeBusArn = "" }) => outcomeBusArn);
  const buses = Object.entries(byBus).filter(([arn]) => arn !== "");
  if (buses.length === 0) return [];
  const role = outcomeSender(
    scope,
    buses.map(([arn]) => arn),
  );
  return buses.map(([arn, group = []], index) => {
    const rule = new Rule(scope, `ProducerOutcomeRule${index + 1}`, {
      description: "Sends a producer the outcomes of its requests",
      eventBus: scope.eventBus,
      eventPattern: {
        ...outcomePattern(scope.eventBus, outcomeSource),
        detail: { requestedBy: { source: sourcesOf(group) } },
      },
    });
    rule.addTarget({
      bind: () => ({ arn, role, deadLetterConfig: { arn: scope.deadLetterQueue.queueArn } }),
    });
    return rule;
  });
}

function sourcesOf(producers: readonly Producer[]): string[] {
  return [...new Set(producers.flatMap(({ sources }) => sources))];
}

function outcomeSender(scope: Construct, busArns: string[]): Role {
  const statement = new PolicyStatement({
    sid: "SendOutcomes",
    actions: ["events:PutEvents"],
    resources: busArns,
  });
  return new Role(scope, "OutcomeSenderRole", {
    description: "Lets EventBridge send outcomes of contact-transfer to the buses of its producers",
    assumedBy: new ServicePrincipal("events.amazonaws.com"),
    inlinePolicies: { SendOutcomes: new PolicyDocument({ statements: [statement] }) },
  });
}
