import { ArnPrincipal, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Stack } from "aws-cdk-lib/core";

/**
 * Lets EventBridge use the key to deliver to the queues, and describe it when a bus gets it. `EventBus` itself grants
 * what a bus needs to encrypt its events. The rules are not named: they refer to their queues, which refer to the key.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#compatibility-with-aws-services
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
 */
export function allowEventBridge(key: IKey, stack: Stack, isForBus: boolean): void {
  const eventBridge = { principals: [new ServicePrincipal("events.amazonaws.com")], resources: ["*"] };
  key.addToResourcePolicy(
    new PolicyStatement({
      ...eventBridge,
      sid: "AllowRules",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      conditions: {
        StringEquals: { "aws:SourceAccount": stack.account },
        ArnLike: { "aws:SourceArn": stack.formatArn({ service: "events", resource: "rule/*" }) },
      },
    }),
  );
  if (!isForBus) return;
  key.addToResourcePolicy(
    new PolicyStatement({
      ...eventBridge,
      sid: "AllowBusToDescribe",
      actions: ["kms:DescribeKey"],
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
  );
}

/** Lets producers of messages use the key, through the queue alone. */
export function allowQueuePrincipals(key: IKey, stack: Stack, principalArns: readonly string[]): void {
  if (principalArns.length === 0) return;
  const statement = useKeyThroughSqs(key, stack).copy({
    sid: "AllowProducers",
    principals: principalArns.map((arn) => new ArnPrincipal(arn)),
    resources: ["*"],
  });
  key.addToResourcePolicy(statement);
}

/** Lets the function's role, and Lambda on its behalf, use the key through the queues alone. */
export function useKeyThroughSqs(key: IKey, stack: Stack): PolicyStatement {
  return new PolicyStatement({
    sid: "UseKeyThroughQueues",
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    resources: [key.keyArn],
    conditions: { StringEquals: { "kms:ViaService": `sqs.${stack.region}.${stack.urlSuffix}` } },
  });
}
