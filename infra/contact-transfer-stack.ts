import { CfnOutput, Fn, Stack, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { ContactTransfer } from "./contact-transfer.ts";
import type { ContactTransferProps } from "./contact-transfer-props.ts";

/** A stack that is one `ContactTransfer`, with the outputs that the project's commands read. */
export class ContactTransferStack extends Stack {
  constructor(scope: Construct, id: string, props: ContactTransferProps & StackProps) {
    super(scope, id, {
      description: "Event-driven transfer of Amazon Connect contacts (contact-transfer)",
      ...props,
    });
    const {
      intentQueue,
      deadLetterQueue,
      function: transferFunction,
      eventBus,
      rule,
    } = new ContactTransfer(this, "Transfers", props);
    this.output("IntentQueueUrl", "Where intents wait for their turn", intentQueue.queueUrl);
    this.output("IntentQueueArn", "Where intents wait for their turn", intentQueue.queueArn);
    this.output("DeadLetterQueueUrl", "What failed, with its reason", deadLetterQueue.queueUrl);
    this.output("DeadLetterQueueArn", "What failed, with its reason", deadLetterQueue.queueArn);
    this.output("FunctionName", "Makes the transfers", transferFunction.functionName);
    this.output("EventBusName", "Takes requests and tells outcomes", eventBus.eventBusName);
    this.output("RuleName", "Takes the requests off the bus", ruleName(rule.ruleArn, eventBus.eventBusName));
  }

  private output(name: string, description: string, value: string): void {
    new CfnOutput(this, name, { description, value });
  }
}

/**
 * The name out of `rule/NAME`, or `rule/BUS/NAME` off the default bus: there, the rule's `Ref` is `BUS|NAME`.
 *
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1131
 */
function ruleName(ruleArn: string, eventBusName: string): string {
  return Fn.select(eventBusName === "default" ? 1 : 2, Fn.split("/", ruleArn));
}
