import { CfnEventBusPolicy } from "aws-cdk-lib/aws-events";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Lazy, Token } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { TransferParts } from "../parts.ts";
import { statementId } from "../resources/statement-id.ts";
import { quote, SettingError } from "../settings/setting-error.ts";

/**
 * On an own bus, lets nobody but the function, and operators who resolve dead letters, put events with the source of its
 * outcomes, whatever others' policies allow: they could report transfers that never happened. `ForAnyValue` denies a call if one of its entries has the source.
 */
export function protectOutcomes(
  scope: Construct & Pick<TransferParts, "eventBus" | "function">,
  outcomeSource: string,
  isOwnBus: boolean,
  operatorArns: readonly string[],
): void {
  const { eventBus } = scope;
  const id = `OutcomesOf${Token.isUnresolved(outcomeSource) ? scope.node.addr : outcomeSource}`;
  if (eventBus.node.tryFindChild(id)) {
    throw new SettingError(
      `outcomeSource: ${quote(outcomeSource)} is the source of the outcomes of ${eventBus.node.scope?.node.path}, whose bus this is: its policy lets no other construct use that source. Set another outcomeSource.`,
    );
  }
  if (!isOwnBus) return;
  const roleArn = scope.function.role?.roleArn;
  const publishers = () => (operatorArns.length === 0 ? roleArn : [roleArn, ...operatorArns]);
  const statement = new PolicyStatement({
    sid: statementId(scope, "ProtectOutcomes"),
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ["events:PutEvents"],
    resources: [eventBus.eventBusArn],
    conditions: {
      "ForAnyValue:StringEquals": { "events:source": outcomeSource },
      ArnNotEquals: { "aws:PrincipalArn": Lazy.any({ produce: publishers }) },
    },
  });
  new CfnEventBusPolicy(eventBus, id, {
    eventBusName: eventBus.eventBusName,
    statementId: statement.sid ?? id,
    statement: statement.toStatementJson(),
  });
}
