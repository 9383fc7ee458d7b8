import type { EventPattern } from "aws-cdk-lib/aws-events";
import { Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { outcomeDetailTypes } from "../../events/detail-types.ts";

/** Outcomes of the stack's own account: unlike its source, an event's account cannot be chosen by who puts it. */
export function outcomePattern(scope: Construct, outcomeSource: string): EventPattern {
  return {
    account: [Stack.of(scope).account],
    source: [outcomeSource],
    detailType: [...outcomeDetailTypes],
  };
}
