import type { Dashboard } from "aws-cdk-lib/aws-cloudwatch";
import { CfnOutput, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { TransferParts } from "../parts.ts";
import { ruleName } from "./rule-name.ts";

/**
 * The outputs by which the operator's commands find a deployment. Their names begin with the construct's path in its stack, so
 * that `--id` tells several apart; in a stack that is one deployment, they have no prefix.
 */
export function createOutputs(
  transfers: Construct & TransferParts & { readonly dashboard: Dashboard },
  prefix: string,
): void {
  const { intentQueue, deadLetterQueue, eventBus, rule, outcomeLog, logGroup, dashboard } = transfers;
  const scope = new Construct(transfers, "Outputs");
  const output = (name: string, description: string, value: string) =>
    new CfnOutput(scope, name, { description, value }).overrideLogicalId(`${prefix}${name}`);
  output("IntentQueueUrl", "Where intents wait", intentQueue.queueUrl);
  output("IntentQueueArn", "Where intents wait", intentQueue.queueArn);
  output("DeadLetterQueueUrl", "Failed intents with their reasons", deadLetterQueue.queueUrl);
  output("DeadLetterQueueArn", "Failed intents with their reasons", deadLetterQueue.queueArn);
  output("FunctionName", "Makes the transfers", transfers.function.functionName);
  output("FunctionLogGroupName", "Why intents wait or are retried", logGroup.logGroupName);
  output("EventBusName", "Carries requests and outcomes", eventBus.eventBusName);
  output("RuleName", "Matches requests on the bus", ruleName(rule.ruleArn, eventBus));
  if (outcomeLog) output("OutcomeLogGroupName", "Keeps the outcomes", outcomeLog.logGroupName);
  output("DashboardName", "Shows the path of the intents, and its health", dashboard.dashboardName);
  const { eventSourceMappingId } = transfers.eventSourceMapping;
  output("EventSourceMappingId", "Reads intents from the queue; disabled while paused", eventSourceMappingId);
}

/** What the names of a construct's outputs begin with: its path in the stack, in letters and digits. */
export function outputPrefix(scope: Construct): string {
  return scope.node.path.slice(Stack.of(scope).node.path.length).replace(/[^A-Za-z0-9]/g, "");
}
