import {
  AccountPrincipal,
  ArnPrincipal,
  PolicyStatement,
  type PolicyStatementProps,
  ServicePrincipal,
} from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Annotations, ArnFormat, Stack, Token, TokenComparison } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { ContactTransferProps } from "../contact-transfer-props.ts";
import { SettingError } from "../settings/setting-error.ts";
import { jsonToCopy } from "./replace-references.ts";
import { statementId } from "./statement-id.ts";

/** The keys that the props name. */
export function keysOf({
  encryptionKey,
  deadLetterEncryptionKey,
}: Pick<ContactTransferProps, "encryptionKey" | "deadLetterEncryptionKey">): IKey[] {
  return [encryptionKey, deadLetterEncryptionKey].filter((key) => key !== undefined);
}

/** What a key encrypts: queues that the rules send to, and more. */
export interface KeyUse {
  /** Whether the own bus is encrypted by a key, so that it has a dead-letter queue. */
  readonly isBusEncrypted: boolean;
  readonly encrypts: "everything" | "dead letters";
  /** Who sends to the intent queue. */
  readonly queuePrincipalArns: readonly string[];
}

/**
 * Lets everything that uses the key use it, by the key's policy. The policy of an imported key cannot be changed from here:
 * synth warns of the statements that it needs.
 */
export function allowKeyUse(scope: Construct, setting: string, key: IKey, use: KeyUse): void {
  refuseOtherRegion(scope, setting, key);
  const statements = keyStatements(scope, key, use);
  const missing = statements.filter((statement) => !key.addToResourcePolicy(statement).statementAdded);
  if (missing.length === 0) return;
  const json = jsonToCopy(
    Stack.of(scope),
    missing.map((statement) => statement.toStatementJson()),
  );
  Annotations.of(scope).addWarningV2(
    `contact-transfer:keyPolicy:${setting}`,
    `${setting}: this app cannot change the policy of the key. Before you deploy, add these statements to it; without them EventBridge cannot send to a queue that the key encrypts: ${json}`,
  );
}

function refuseOtherRegion(scope: Construct, setting: string, key: IKey): void {
  const { region } = Stack.of(scope);
  if (Token.compareStrings(key.env.region, region) !== TokenComparison.DIFFERENT) return;
  throw new SettingError(
    `${setting}: the key is in ${key.env.region}, but the stack is in ${region}. Queues, buses and logs can only use a key of their own Region.`,
  );
}

/**
 * The rules are not named: they refer to their queues, which refer to the key. Without `aws:SourceAccount`, because the ARN
 * holds the account, and SQS documents only `aws:SourceArn` for what EventBridge sends to encrypted queues.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#compatibility-with-aws-services
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
function keyStatements(scope: Construct, key: IKey, use: KeyUse): PolicyStatement[] {
  const stack = Stack.of(scope);
  const statement = (sid: string, props: PolicyStatementProps) =>
    new PolicyStatement({
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: ["*"],
      ...props,
      sid: statementId(scope, sid),
    });
  const arn = (service: string, resource: string) =>
    stack.formatArn({
      service,
      resource,
      resourceName: "*",
      arnFormat: service === "logs" ? ArnFormat.COLON_RESOURCE_NAME : undefined,
    });
  const eventBridge = { principals: [new ServicePrincipal("events.amazonaws.com")] };
  const buses = arn("events", "event-bus");
  const statements = [
    statement("AllowRules", {
      ...eventBridge,
      // A bus sends to the dead-letter queue what it cannot encrypt or decrypt.
      conditions: {
        ArnLike: {
          "aws:SourceArn": use.isBusEncrypted ? [arn("events", "rule"), buses] : arn("events", "rule"),
        },
      },
    }),
  ];
  if (use.isBusEncrypted && use.encrypts === "everything") {
    statements.push(
      statement("AllowBus", {
        ...eventBridge,
        conditions: { ArnLike: { "kms:EncryptionContext:aws:events:event-bus:arn": buses } },
      }),
      statement("AllowBusToDescribe", {
        ...eventBridge,
        actions: ["kms:DescribeKey"],
        conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
      }),
    );
  }
  if (use.encrypts === "everything") {
    statements.push(
      statement("AllowLogs", {
        principals: [new ServicePrincipal(`logs.${stack.region}.${stack.urlSuffix}`)],
        actions: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
        conditions: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arn("logs", "log-group") } },
      }),
    );
  }
  const throughSqs = { StringEquals: { "kms:ViaService": sqsService(stack) } };
  if (use.queuePrincipalArns.length > 0) {
    const principals = use.queuePrincipalArns.map((principal) => new ArnPrincipal(principal));
    statements.push(statement("AllowProducers", { principals, conditions: throughSqs }));
  }
  // In the account of the key, IAM decides for the function's role, as every key's default policy says.
  if (Token.compareStrings(key.env.account, stack.account) === TokenComparison.DIFFERENT) {
    const principals = [new AccountPrincipal(stack.account)];
    statements.push(statement("AllowAccount", { principals, conditions: throughSqs }));
  }
  return statements;
}

/** Lets the function's role, and Lambda on its behalf, use the keys through the queues alone. */
export function useKeysThroughSqs(keys: readonly IKey[], stack: Stack): PolicyStatement[] {
  if (keys.length === 0) return [];
  const statement = new PolicyStatement({
    sid: "UseKeyThroughQueues",
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    resources: [...new Set(keys.map(({ keyArn }) => keyArn))],
    conditions: { StringEquals: { "kms:ViaService": sqsService(stack) } },
  });
  return [statement];
}

export function sqsService(stack: Stack): string {
  return `sqs.${stack.region}.${stack.urlSuffix}`;
}
