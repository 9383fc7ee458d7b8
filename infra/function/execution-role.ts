import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { outcomeDetailTypes } from "../../events/detail-types.ts";
import type { TransferParts } from "../parts.ts";
import { useKeysThroughSqs } from "../resources/encryption.ts";
import { putEventsConditions } from "../resources/put-events-conditions.ts";
import type { Settings } from "../settings/settings.ts";
import { contactResources, transferResources } from "../settings/transfer-resources.ts";
import { networkStatements } from "./network-statements.ts";

type Used = Pick<TransferParts, "eventBus" | "intentQueue" | "deadLetterQueue" | "logGroup">;

/** What the function uses beyond its settings. */
interface Surroundings {
  readonly keys: readonly IKey[];
  readonly isInVpc: boolean;
}

/**
 * The function's role: only what the function does. One inline policy, so that the role never exists without it: Lambda
 * checks it when it creates the event source mapping.
 */
export function executionRole(
  scope: Construct & Used,
  settings: Settings,
  { keys, isInVpc }: Surroundings,
): Role {
  return new Role(scope, "FunctionRole", {
    description: "Lets the contact-transfer function do its work and nothing else",
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    inlinePolicies: {
      ContactTransfer: new PolicyDocument({
        statements: [
          ...statements(scope, settings),
          ...useKeysThroughSqs(keys, Stack.of(scope)),
          ...(isInVpc ? networkStatements(Stack.of(scope)) : []),
        ],
      }),
    },
  });
}

function statements(
  { eventBus, intentQueue, deadLetterQueue, logGroup }: Used,
  settings: Settings,
): PolicyStatement[] {
  return [
    // A shadow never calls Connect, so its role must not be able to transfer.
    ...(settings.shadow
      ? []
      : [
          new PolicyStatement({
            sid: "TransferContacts",
            actions: ["connect:TransferContact"],
            resources: transferResources(settings),
          }),
        ]),
    ...(readsContacts(settings)
      ? [
          new PolicyStatement({
            sid: "ReadContacts",
            actions: ["connect:DescribeContact", "connect:ListAssociatedContacts"],
            resources: contactResources(settings),
          }),
        ]
      : []),
    new PolicyStatement({
      sid: "PublishOutcomes",
      actions: ["events:PutEvents"],
      resources: [eventBus.eventBusArn],
      conditions: putEventsConditions(outcomeDetailTypes, [settings.outcomeSource]),
    }),
    new PolicyStatement({
      sid: "ReceiveIntents",
      // ChangeMessageVisibility is the function's own, the others are the event source mapping's.
      actions: [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
      ],
      resources: [intentQueue.queueArn],
    }),
    new PolicyStatement({
      sid: "SendDeadLetters",
      actions: ["sqs:SendMessage"],
      resources: [deadLetterQueue.queueArn],
    }),
    new PolicyStatement({
      // Results that cannot be published travel in the queue; with direct delivery, unfinished events do too.
      sid: "EnqueueUnfinished",
      actions: ["sqs:SendMessage"],
      resources: [intentQueue.queueArn],
    }),
    new PolicyStatement({
      sid: "WriteLog",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [logGroup.logGroupArn],
    }),
    ...(settings.tracing
      ? [
          new PolicyStatement({
            sid: "TraceInvocations",
            actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            // They take no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
            resources: ["*"],
          }),
        ]
      : []),
  ];
}

/** A shadow has no unknown effects. */
function readsContacts({ resolveUnknown, shadow }: Settings): boolean {
  return resolveUnknown && !shadow;
}
