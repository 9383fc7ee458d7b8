import type { IEventBus } from "aws-cdk-lib/aws-events";
import { Fn } from "aws-cdk-lib/core";
import { isDefaultBus } from "./event-bus.ts";

/**
 * The name in `rule/NAME`, or in `rule/BUS/NAME` on any other than the default bus, where a rule's `Ref` is `BUS|NAME`.
 *
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1131
 */
export function ruleName(ruleArn: string, eventBus: IEventBus): string {
  return Fn.select(isDefaultBus(eventBus) ? 1 : 2, Fn.split("/", ruleArn));
}
