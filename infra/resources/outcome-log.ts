import { Rule } from "aws-cdk-lib/aws-events";
import { PolicyDocument, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { CfnLogGroup, LogGroup } from "aws-cdk-lib/aws-logs";
import { ArnFormat, Fn, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { TransferParts } from "../parts.ts";
import type { Settings } from "../settings/settings.ts";
import { outcomePattern } from "./outcome-pattern.ts";

/** Where outcomes are kept, and the rule that copies them there. */
export interface OutcomeLog {
  readonly logGroup: LogGroup;
  readonly rule: Rule;
}

/**
 * Keeps every outcome event in a log group, for `trace` and the saved queries. Outcomes that cannot be written go to the
 * dead-letter queue.
 */
export function createOutcomeLog(
  scope: Construct & Pick<TransferParts, "eventBus" | "deadLetterQueue">,
  {
    outcomeSource,
    logRetention,
    removalPolicy,
  }: Pick<Settings, "outcomeSource" | "logRetention" | "removalPolicy">,
  encryptionKey: IKey | undefined,
): OutcomeLog {
  const { eventBus, deadLetterQueue } = scope;
  const logGroup = new LogGroup(scope, "OutcomeLog", {
    retention: logRetention,
    removalPolicy,
    encryptionKey,
  });
  allowEventBridge(logGroup);
  const rule = new Rule(scope, "OutcomeRule", {
    description: "Keeps the outcomes of contact-transfer in a log group",
    eventBus,
    eventPattern: outcomePattern(eventBus, outcomeSource),
  });
  const deadLetterConfig = { arn: deadLetterQueue.queueArn };
  rule.addTarget({ bind: () => ({ ...logGroupTarget(logGroup), deadLetterConfig }) });
  return { logGroup, rule };
}

/**
 * The group as a rule's target: its ARN without the suffix for streams. CDK's own target would write the policy with a custom
 * resource, which is one more function.
 */
export function logGroupTarget(logGroup: LogGroup): { readonly arn: string } {
  return { arn: Fn.select(0, Fn.split(":*", logGroup.logGroupArn)) };
}

/**
 * Lets the account's rules write to the group. The policy is the group's own: an account has only ten others. It can name
 * neither the group, which it is part of, nor the rule, which refers to the group.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
function allowEventBridge(logGroup: LogGroup): void {
  const stack = Stack.of(logGroup);
  const anyGroup = { service: "logs", resource: "log-group", arnFormat: ArnFormat.COLON_RESOURCE_NAME };
  const eventBridge = {
    principals: [
      new ServicePrincipal("events.amazonaws.com"),
      new ServicePrincipal("delivery.logs.amazonaws.com"),
    ],
    resources: [stack.formatArn({ ...anyGroup, resourceName: "*" })],
  };
  const document = new PolicyDocument({
    statements: [
      // EventBridge sends no source with this one.
      new PolicyStatement({ ...eventBridge, sid: "AllowStreams", actions: ["logs:CreateLogStream"] }),
      new PolicyStatement({
        ...eventBridge,
        sid: "AllowRules",
        actions: ["logs:PutLogEvents"],
        conditions: {
          ArnLike: {
            "aws:SourceArn": stack.formatArn({ service: "events", resource: "rule", resourceName: "*" }),
          },
        },
      }),
    ],
  });
  const resource = logGroup.node.defaultChild;
  if (resource instanceof CfnLogGroup) resource.resourcePolicyDocument = document;
}
