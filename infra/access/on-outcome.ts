import { type IEventBus, type OnEventOptions, Rule } from "aws-cdk-lib/aws-events";
import type { Construct } from "constructs";
import { outcomePattern } from "../resources/outcome-pattern.ts";

/** A rule for the outcomes on a bus; its own pattern narrows them. */
export function onOutcome(
  scope: Construct,
  id: string,
  eventBus: IEventBus,
  outcomeSource: string,
  { target, eventPattern, ...props }: OnEventOptions = {},
): Rule {
  const rule = new Rule(scope, id, {
    ...props,
    eventBus,
    eventPattern: { ...outcomePattern(eventBus, outcomeSource), ...eventPattern },
  });
  rule.addTarget(target);
  return rule;
}
