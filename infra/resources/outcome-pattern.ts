import type { EventPattern, IEventBus } from "aws-cdk-lib/aws-events";
import { outcomeDetailTypes } from "../../events/detail-types.ts";

/** Outcomes of the bus's own account: unlike its source, an event's account cannot be chosen by who puts it. */
export function outcomePattern({ env }: IEventBus, outcomeSource: string): EventPattern {
  return {
    account: [env.account],
    source: [outcomeSource],
    detailType: [...outcomeDetailTypes],
  };
}
