import { isDeepStrictEqual } from "node:util";
import { type IEventBus, Rule } from "aws-cdk-lib/aws-events";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Arn, ArnFormat, Stack, Token } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Producer } from "../contact-transfer-props.ts";
import type { TransferParts } from "../parts.ts";
import { outcomePattern } from "../resources/outcome-pattern.ts";
import { environmentOf } from "../settings/connect-settings.ts";
import { SettingError } from "../settings/setting-error.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * Sends each producer with an `outcomeBusArn` the outcomes of requests from its sources: a rule per bus. A producer of other
 * sources never sees them.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 */
export function sendOutcomes(
  scope: Construct & Pick<TransferParts, "eventBus" | "deadLetterQueue">,
  { producers, outcomeSource, instanceArns }: Pick<Settings, "producers" | "outcomeSource" | "instanceArns">,
): Rule[] {
  refuseOwnBus(scope, producers, instanceArns);
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

/** From the bus to itself, EventBridge would send each outcome without end. */
function refuseOwnBus(
  scope: Construct & Pick<TransferParts, "eventBus">,
  producers: readonly Producer[],
  instanceArns: readonly string[],
): void {
  const stack = Stack.of(scope);
  const own = stack.resolve(scope.eventBus.eventBusArn);
  const ownName = nameOf(scope.eventBus);
  const instances = environmentOf(instanceArns);
  const isOwn = (arn: string) => {
    if (isDeepStrictEqual(stack.resolve(arn), own)) return true;
    if (Token.isUnresolved(arn)) return false;
    const { account, region, resourceName } = Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME);
    return (
      resourceName === ownName &&
      account === (Token.isUnresolved(stack.account) ? instances.account : stack.account) &&
      region === (Token.isUnresolved(stack.region) ? instances.region : stack.region)
    );
  };
  const index = producers.findIndex(
    ({ outcomeBusArn }) => outcomeBusArn !== undefined && isOwn(outcomeBusArn),
  );
  if (index === -1) return;
  throw new SettingError(
    `producers[${index}].outcomeBusArn is the construct's own bus, which carries every outcome already: leave it out, and let the producer's rule listen there.`,
  );
}

/** The name of a bus, also of one that this app creates. */
function nameOf({ eventBusName, node, stack }: IEventBus): unknown {
  if (!Token.isUnresolved(eventBusName)) return eventBusName;
  const { defaultChild } = node;
  return defaultChild && "name" in defaultChild ? stack.resolve(defaultChild.name) : undefined;
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
