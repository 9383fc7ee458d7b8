import { Fn } from "aws-cdk-lib/core";

/**
 * The name out of `rule/NAME`, or `rule/BUS/NAME` off the default bus: there, the rule's `Ref` is `BUS|NAME`.
 *
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1131
 */
export function ruleName(ruleArn: string, eventBusName: string): string {
  return Fn.select(eventBusName === "default" ? 1 : 2, Fn.split("/", ruleArn));
}
