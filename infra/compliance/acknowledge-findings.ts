import { AspectPriority, Aspects, Stack } from "aws-cdk-lib/core";
import type { Construct, IConstruct } from "constructs";
import type { TransferParts } from "../parts.ts";
import { replaceReferences } from "../resources/replace-references.ts";
import type { Settings } from "../settings/settings.ts";
import { transferResources } from "../settings/transfer-resources.ts";
import { type Acknowledged, acknowledge } from "./acknowledge.ts";

interface Parts extends TransferParts {
  readonly isInVpc: boolean;
  readonly contactEventRule?: IConstruct;
  /** CodeDeploy's role for a gradual rollout. */
  readonly rolloutRole?: IConstruct;
}

/**
 * Acknowledges what cdk-nag's packs find and is meant to be so. What a prop answers stays a finding: logs and queues without
 * `encryptionKey`, a function without `vpc`, alarms without an action.
 */
export function acknowledgeFindings(scope: Construct, parts: Parts, settings: Settings): void {
  acknowledge(parts.deadLetterQueue, [
    { rule: "Serverless-SQSRedrivePolicy", reason: "It is the dead-letter queue itself." },
  ]);
  acknowledge(parts.eventSourceMapping, [
    {
      rule: "Serverless-LambdaEventSourceMappingDestination",
      reason: "A mapping of SQS has no destination: the queue has a dead-letter queue.",
    },
  ]);
  acknowledge(parts.contactEventRule, [
    {
      rule: "Serverless-EventBusDLQ",
      reason:
        "Connect sends these events on a best-effort basis; no transfer and no outcome depends on them.",
    },
  ]);
  if (settings.delivery === "queue") acknowledge(parts.function, ofQueueDelivery);
  acknowledge(parts.rolloutRole, [
    {
      rule: "AwsSolutions-IAM4",
      finding: "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited",
      reason: "AWS maintains this policy for what CodeDeploy does with Lambda.",
    },
  ]);
  const { role } = parts.function;
  if (!role) return;
  acknowledge(role, ofRole);
  if (settings.tracing || parts.isInVpc) {
    acknowledge(role, [
      {
        rule: "AwsSolutions-IAM5",
        finding: "Resource::*",
        reason:
          "The actions of X-Ray take no resource, and Lambda documents none for the network of a function.",
      },
    ]);
  }
  // Only now are ARNs of instances known that the same app creates. Before cdk-nag, which is an aspect too.
  const aspect = {
    visit: (node: IConstruct) => node === role && acknowledge(role, wildcards(scope, settings)),
  };
  Aspects.of(role).add(aspect, { priority: AspectPriority.MUTATING });
}

const ofQueueDelivery: readonly Acknowledged[] = [
  ...["Serverless", "HIPAA.Security", "NIST.800.53.R5"].map((pack) => ({
    rule: `${pack}-LambdaDLQ`,
    reason: "Nothing invokes the function asynchronously: the intent queue has the dead-letter queue.",
  })),
  ...["HIPAA.Security", "NIST.800.53.R5"].map((pack) => ({
    rule: `${pack}-LambdaConcurrency`,
    reason:
      "Only the event source mapping invokes the function, and its maxConcurrency limits the instances.",
  })),
];

const ofRole: readonly Acknowledged[] = [
  ...["HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321"].map((pack) => ({
    rule: `${pack}-IAMNoInlinePolicy`,
    reason: "The policy is of this role alone, which must never exist without it.",
  })),
  {
    rule: "Serverless-LambdaStarPermissions",
    reason: "The wildcards are contacts, flows without contactFlowIds, and actions that take no resource.",
  },
];

/** Each wildcard separately, so that cdk-nag still reports one that somebody adds later. */
function wildcards(scope: Construct, settings: Settings): Acknowledged[] {
  if (settings.shadow) return [];
  const resources = transferResources(settings).map((arn) =>
    String(replaceReferences(Stack.of(scope).resolve(arn), asFound)),
  );
  return resources
    .filter((resource) => resource.endsWith("/*"))
    .map((resource) => ({
      rule: "AwsSolutions-IAM5",
      finding: `Resource::${resource}`,
      reason: resource.endsWith("/contact/*")
        ? "Contacts come and go: their ids are known only when they are transferred."
        : "contactFlowIds is not set, so every flow of the instance may be used.",
    }));
}

/** A reference as cdk-nag writes it. */
function asFound(reference: string): string {
  return `<${reference}>`;
}
