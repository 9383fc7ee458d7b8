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
import type { CheckedProducers } from "../settings/producers.ts";
import type { Settings } from "../settings/resolve-settings.ts";
import { SettingError } from "../settings/setting-error.ts";

/** Lets the producers in by resource policies. Every condition must be present and hold. */
export function allowProducers(
  { accounts, organizationIds, queuePrincipalArns }: CheckedProducers,
  settings: Pick<Settings, "eventSources">,
  { eventBus, intentQueue }: Pick<TransferParts, "eventBus" | "intentQueue">,
): void {
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
        // Not with ForAllValues, which holds where a key is absent.
        conditions: {
          StringEquals: {
            "events:detail-type": requestDetailType,
            "events:source": settings.eventSources,
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
    `producers: the policy of the bus ${eventBus.eventBusName} is not this app's to change: give eventBus: "own", or a bus that the app makes, to let in accounts and organisations.`,
  );
}

function hasPolicy(eventBus: IEventBus): eventBus is IEventBus & IResourceWithPolicy {
  return "addToResourcePolicy" in eventBus;
}
