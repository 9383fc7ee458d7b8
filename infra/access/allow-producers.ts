import type { IEventBus } from "aws-cdk-lib/aws-events";
import {
  AccountPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  type IResourceWithPolicy,
  PolicyStatement,
} from "aws-cdk-lib/aws-iam";
import { Annotations, Resource, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { requestDetailType } from "../../events/detail-types.ts";
import type { Producer } from "../contact-transfer-props.ts";
import type { TransferParts } from "../parts.ts";
import { putEventsConditions } from "../resources/put-events-conditions.ts";
import { jsonToCopy } from "../resources/replace-references.ts";
import { statementId } from "../resources/statement-id.ts";
import type { Settings } from "../settings/settings.ts";

/** Lets the producers put requests on the bus, and others send messages to the intent queue, by the resources' policies. */
export function allowProducers(
  scope: Construct & Pick<TransferParts, "eventBus" | "intentQueue">,
  { producers, queuePrincipalArns }: Pick<Settings, "producers" | "queuePrincipalArns">,
): void {
  const { eventBus, intentQueue } = scope;
  const statements = producerStatements(scope, producers);
  if (hasPolicy(eventBus)) {
    for (const statement of statements) eventBus.addToResourcePolicy(statement);
  } else if (statements.length > 0) {
    const json = jsonToCopy(
      Stack.of(scope),
      statements.map((statement) => statement.toStatementJson()),
    );
    Annotations.of(scope).addWarningV2(
      "contact-transfer:busPolicy",
      `producers: this app cannot change the policy of the bus ${eventBus.eventBusName}, so it does not let them in. Add these statements to the policy: ${json}`,
    );
  }
  if (queuePrincipalArns.length === 0) return;
  intentQueue.addToResourcePolicy(
    new PolicyStatement({
      sid: "AllowProducers",
      principals: queuePrincipalArns.map((arn) => new ArnPrincipal(arn)),
      actions: ["sqs:SendMessage"],
      resources: [intentQueue.queueArn],
    }),
  );
}

/** One statement for all producers with the same sources: a bus's policy holds 10,240 characters. */
function producerStatements(
  scope: Construct & Pick<TransferParts, "eventBus">,
  producers: readonly Producer[],
): PolicyStatement[] {
  const groups = Object.values(
    Object.groupBy(producers, ({ account, sources }) => `${account !== undefined} ${sources.join()}`),
  );
  return groups.map((group = [], index) => {
    const accounts = group.flatMap(({ account }) => account ?? []);
    const organizationIds = group.flatMap(({ organizationId }) => organizationId ?? []);
    return new PolicyStatement({
      sid: statementId(scope, `AllowProducers${index + 1}`),
      principals:
        accounts.length > 0 ? accounts.map((account) => new AccountPrincipal(account)) : [new AnyPrincipal()],
      actions: ["events:PutEvents"],
      resources: [scope.eventBus.eventBusArn],
      conditions: {
        ...putEventsConditions([requestDetailType], group[0]?.sources),
        ...(organizationIds.length > 0 && { StringEquals: { "aws:PrincipalOrgID": organizationIds } }),
      },
    });
  });
}

/** An imported bus takes statements too, and drops them. */
function hasPolicy(eventBus: IEventBus): eventBus is IEventBus & IResourceWithPolicy {
  return Resource.isOwnedResource(eventBus) && "addToResourcePolicy" in eventBus;
}
