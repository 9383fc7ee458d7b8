import { CfnEventBusPolicy, CfnRule } from "aws-cdk-lib/aws-events";
import { CfnPolicy, CfnRole } from "aws-cdk-lib/aws-iam";
import { CfnFunction, CfnPermission } from "aws-cdk-lib/aws-lambda";
import { CfnQueuePolicy, type Queue } from "aws-cdk-lib/aws-sqs";
import { Stack } from "aws-cdk-lib/core";
import type { Construct, IConstruct } from "constructs";
import { environmentLimit } from "../function/carry-allow-lists.ts";
import type { TransferParts } from "../parts.ts";
import { longestText } from "../resources/replace-references.ts";
import type { Settings } from "../settings/settings.ts";

/** What exceeds a limit of AWS, measured on what is deployed: each as a sentence that says what to do. */
export function checkSizes(
  transfers: Construct & TransferParts,
  { queuePrincipalArns }: Pick<Settings, "queuePrincipalArns">,
): string[] {
  const stack = Stack.of(transfers);
  const size = (values: readonly unknown[]) =>
    values.reduce<number>((sum, value) => sum + longestText(stack, value).length, 0);
  const sentence = (what: string, actual: number, limit: number, toDo: string) =>
    actual <= limit
      ? []
      : [`${what} can take ${actual} characters, more than the ${limit} that AWS allows: ${toDo}.`];
  const queuePolicy = (name: string, queue: Queue, toDo: string) =>
    sentence(
      `The policy of the ${name}`,
      size(all(queue, CfnQueuePolicy).map(({ policyDocument }) => policyDocument)),
      8192, // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
      toDo,
    );
  return [
    ...sentence(
      "The policies of the function's role",
      size(rolePolicies(transfers.function.role)),
      10_240, // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
      "name fewer contactFlowIds (an id counts once per instance, an ARN once), or leave them out to allow all flows; divide many instanceArns among several constructs",
    ),
    ...sentence(
      "The policy of the bus",
      size(all(transfers.eventBus, CfnEventBusPolicy).map(({ statement }) => statement)),
      10_240, // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
      "name fewer producers, give those with the same sources the same list of sources so that they share a statement, or name their organizationId",
    ),
    ...queuePolicy(
      "intent queue",
      transfers.intentQueue,
      "make fewer routes or queuePrincipalArns, or divide them among several constructs",
    ),
    ...queuePolicy(
      "dead-letter queue",
      transfers.deadLetterQueue,
      "make fewer routes, or divide them among several constructs",
    ),
    ...(queuePrincipalArns.length > 50
      ? [
          `queuePrincipalArns names ${queuePrincipalArns.length} principals, more than the 50 that SQS allows in a queue's policy: let them assume a common role, and name that one.`,
        ]
      : []),
    ...sentence(
      "The function's environment",
      size(all(transfers.function, CfnFunction).map((lambda) => variablesOf(lambda, stack))),
      environmentLimit,
      "leave code out so that the allow-lists travel in a file beside it, or give ids instead of tokens",
    ),
    ...sentence(
      "The policy of the function",
      size(all(transfers, CfnPermission).map((permission) => invokeStatement(permission, stack))),
      20_480, // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
      "make fewer routes, or divide them among several constructs",
    ),
    ...all(transfers, CfnRule).flatMap((rule) =>
      sentence(
        `The pattern of the rule ${rule.node.path.slice(transfers.node.path.length + 1).replace(/\/Resource$/, "")}`,
        size([rule.eventPattern]),
        2048, // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
        "name fewer eventSources and producers, or fewer values in a route's pattern",
      ),
    ),
  ];
}

function rolePolicies(role: IConstruct | undefined): unknown[] {
  if (role === undefined) return [];
  const stack = Stack.of(role);
  const inline = all(role, CfnRole).flatMap(({ policies }) => stack.resolve(policies) ?? []);
  const documents = inline.map(({ policyDocument }: { policyDocument: unknown }) => policyDocument);
  return [...documents, ...all(role, CfnPolicy).map(({ policyDocument }) => policyDocument)];
}

/** The statement that Lambda writes for a permission, and its comma. */
function invokeStatement(permission: CfnPermission, stack: Stack): unknown {
  const { principal, action, functionName, sourceArn } = permission;
  const logicalId = stack.getLogicalId(permission);
  return [
    {
      Sid: `${stack.stackName}-${logicalId}-${"x".repeat(12)}`,
      Effect: "Allow",
      Principal: { Service: principal },
      Action: action,
      Resource: functionName,
      Condition: { ArnLike: { "AWS:SourceArn": sourceArn } },
    },
  ];
}

function variablesOf(lambda: CfnFunction, stack: Stack): unknown {
  return stack.resolve(lambda.environment)?.variables ?? {};
}

function all<T extends IConstruct>(scope: IConstruct, type: abstract new (...args: never[]) => T): T[] {
  return scope.node.findAll().filter((construct): construct is T => construct instanceof type);
}
