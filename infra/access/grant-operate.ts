import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import { ArnFormat, Stack, Token } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { outcomeDetailTypes } from "../../events/detail-types.ts";
import type { TransferParts } from "../parts.ts";
import { sqsService } from "../resources/encryption.ts";
import { putEventsConditions } from "../resources/put-events-conditions.ts";
import type { Settings } from "../settings/settings.ts";
import { contactResources } from "../settings/transfer-resources.ts";
import { grantRequests } from "./grant-requests.ts";

/** Who an operator is. */
export interface OperateOptions {
  /**
   * Whether the grantee may only look: `dlq list`, `show` and `export`, `trace`, `waiting`. Nothing can be replayed, discarded,
   * sent or paused.
   *
   * @default false
   */
  readonly readOnly?: boolean;
}

type Operated = Construct & TransferParts;

/** A permission: actions, and what they are allowed on. */
type Permission = readonly [
  actions: string[],
  resourceArns: string[],
  conditions?: Record<string, Record<string, string | readonly string[]>>,
];

/**
 * Grants what the operator's commands call. To look at dead letters is to receive them and to make them visible again, so
 * even `readOnly` may hide them for a while.
 */
export function grantOperate(
  transfers: Operated,
  grantee: IGrantable,
  settings: Pick<Settings, "instanceArns" | "eventSources" | "outcomeSource">,
  { readOnly = false }: OperateOptions,
): Grant {
  const permissions = [
    ...lookingPermissions(transfers, settings),
    ...(readOnly ? [] : changingPermissions(transfers, settings)),
    ...keyPermissions(transfers, readOnly),
  ];
  const grants = permissions.map(([actions, resourceArns, conditions]) =>
    Grant.addToPrincipal({ grantee, actions, resourceArns, conditions }),
  );
  if (!readOnly) grants.push(grantRequests(transfers.eventBus, settings.eventSources, grantee));
  return grants.reduce((all, grant) => all.combine(grant));
}

function lookingPermissions(
  transfers: Operated,
  { instanceArns }: Pick<Settings, "instanceArns">,
): Permission[] {
  const { intentQueue, deadLetterQueue, logGroup, outcomeLog, rule } = transfers;
  const stack = Stack.of(transfers);
  const stackArn = stack.formatArn({
    service: "cloudformation",
    resource: "stack",
    resourceName: `${stack.stackName}/*`,
  });
  // It lists alarms by the beginning of their names, which no policy can narrow.
  const alarms = stack.formatArn({
    service: "cloudwatch",
    resource: "alarm",
    resourceName: "*",
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const logs = [logGroup, outcomeLog].flatMap((group) => group?.logGroupArn ?? []);
  return [
    [["cloudformation:DescribeStacks", "cloudformation:GetTemplate"], [stackArn]],
    [["sqs:GetQueueAttributes"], [deadLetterQueue.queueArn, intentQueue.queueArn]],
    // No command receives an intent, which would keep it from the function.
    [["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"], [deadLetterQueue.queueArn]],
    [["logs:FilterLogEvents"], logs],
    [["cloudwatch:DescribeAlarms"], [alarms]],
    [
      ["connect:DescribeContact", "connect:ListAssociatedContacts"],
      [...instanceArns, ...contactResources({ instanceArns })],
    ],
    [["events:DescribeRule"], [rule.ruleArn]],
    [["lambda:GetEventSourceMapping"], [transfers.eventSourceMapping.eventSourceMappingArn]],
  ];
}

function changingPermissions(
  { intentQueue, deadLetterQueue, eventSourceMapping, eventBus }: Operated,
  { outcomeSource }: Pick<Settings, "outcomeSource">,
): Permission[] {
  return [
    [["sqs:SendMessage"], [intentQueue.queueArn, deadLetterQueue.queueArn]],
    // dlq resolve publishes a success that Connect shows.
    [["events:PutEvents"], [eventBus.eventBusArn], putEventsConditions(outcomeDetailTypes, [outcomeSource])],
    [["sqs:DeleteMessage"], [deadLetterQueue.queueArn]],
    [["lambda:UpdateEventSourceMapping"], [eventSourceMapping.eventSourceMappingArn]],
  ];
}

/**
 * To look is to receive dead letters, which takes their key. To change is to send to both queues. What a queue's attributes or
 * the logs need of a key, SQS and CloudWatch Logs do themselves.
 */
function keyPermissions(transfers: Operated, readOnly: boolean): Permission[] {
  const { intentQueue, deadLetterQueue } = transfers;
  const queues = readOnly ? [deadLetterQueue] : [intentQueue, deadLetterQueue];
  const arns = new Set(queues.flatMap(({ encryptionMasterKey }) => encryptionMasterKey?.keyArn ?? []));
  if (arns.size === 0) return [];
  const actions = readOnly ? ["kms:Decrypt"] : ["kms:Decrypt", "kms:GenerateDataKey"];
  return [[actions, [...arns], { StringEquals: { "kms:ViaService": sqsService(Stack.of(transfers)) } }]];
}

/**
 * The ARN by which the policy of an own bus can let an operator publish outcomes. A role of another stack of the app refers to the
 * bus, which therefore cannot refer to it.
 */
export function publisherArn(transfers: Construct, { grantPrincipal }: IGrantable): string[] {
  if (!("roleArn" in grantPrincipal) || typeof grantPrincipal.roleArn !== "string") return [];
  const isKnownHere =
    !Token.isUnresolved(grantPrincipal.roleArn) ||
    (Construct.isConstruct(grantPrincipal) && Stack.of(grantPrincipal) === Stack.of(transfers));
  return isKnownHere ? [grantPrincipal.roleArn] : [];
}
