import type { IEventBus } from "aws-cdk-lib/aws-events";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import { Token, TokenComparison } from "aws-cdk-lib/core";
import { requestDetailType } from "../../events/detail-types.ts";
import { putEventsConditions } from "../resources/put-events-conditions.ts";
import { SettingError } from "../settings/setting-error.ts";

/** Allows the grantee to put requests on the bus and nothing else, only from these sources if they are given. */
export function grantRequests(
  eventBus: IEventBus,
  eventSources: readonly string[] | undefined,
  grantee: IGrantable,
): Grant {
  const { principalAccount } = grantee.grantPrincipal;
  const isForeign =
    principalAccount !== undefined &&
    Token.compareStrings(principalAccount, eventBus.env.account) === TokenComparison.DIFFERENT;
  if (isForeign) {
    throw new SettingError(
      `grantRequestTransfers: the grantee belongs to the account ${principalAccount}, and the bus to ${eventBus.env.account}. Add { account: "${principalAccount}", sources: [...] } to producers, and allow events:PutEvents on the bus in the grantee's own policies.`,
    );
  }
  return Grant.addToPrincipal({
    grantee,
    actions: ["events:PutEvents"],
    resourceArns: [eventBus.eventBusArn],
    conditions: putEventsConditions([requestDetailType], eventSources),
  });
}
