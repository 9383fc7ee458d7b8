import type { IEventBus } from "aws-cdk-lib/aws-events";
import {
  AccountPrincipal,
  ArnPrincipal,
  type IResourceWithPolicy,
  OrganizationPrincipal,
  PolicyStatement,
} from "aws-cdk-lib/aws-iam";
import { Token } from "aws-cdk-lib/core";
import { requestDetailType } from "../../events/detail-types.ts";
import type { TransferParts } from "../parts.ts";
import { SettingError } from "../settings/setting-error.ts";
import type { Settings } from "../settings/settings.ts";

/** Grants the producers access by resource policies. Every condition key must be present and match. */
export function allowProducers(
  { producers, eventSources }: Pick<Settings, "producers" | "eventSources">,
  { eventBus, intentQueue }: Pick<TransferParts, "eventBus" | "intentQueue">,
): void {
  const { accounts = [], organizationIds = [], queuePrincipalArns = [] } = producers;
  const principals = [
    ...accounts.map((account) => ({ sid: `Account${account}`, principal: new AccountPrincipal(account) })),
    ...organizationIds.map((id) => ({
      sid: `Organization${id.replace(/\W/g, "")}`,
      principal: new OrganizationPrincipal(id),
    })),
  ];
  for (const [index, { sid, principal }] of principals.entries()) {
    allowOnBus(
      eventBus,
      new PolicyStatement({
        sid: Token.isUnresolved(sid) ? `Producer${index}` : sid,
        principals: [principal],
        actions: ["events:PutEvents"],
        resources: [eventBus.eventBusArn],
        // Not with ForAllValues, which also holds if a key is absent.
        conditions: {
          StringEquals: {
            "events:detail-type": requestDetailType,
            "events:source": eventSources,
          },
        },
      }),
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

function allowOnBus(eventBus: IEventBus, statement: PolicyStatement): void {
  if (hasPolicy(eventBus) && eventBus.addToResourcePolicy(statement).statementAdded) return;
  throw new SettingError(
    `producers: the policy of the bus ${eventBus.eventBusName} cannot be changed by this app: set eventBus: "own", or a bus that the app creates, to let in accounts and organizations.`,
  );
}

function hasPolicy(eventBus: IEventBus): eventBus is IEventBus & IResourceWithPolicy {
  return "addToResourcePolicy" in eventBus;
}
