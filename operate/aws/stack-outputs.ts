import { type CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { ToolError } from "../../cli/tool-error.ts";
import { askAws } from "./ask-aws.ts";

/** The stack's outputs that the commands read. */
export interface StackOutputs {
  readonly eventBusName: string;
  readonly intentQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Undefined with `outcomeLog: false`. */
  readonly outcomeLogGroupName?: string;
}

/** Reads the outputs of a contact-transfer stack; throws a ToolError that says what is missing. */
export async function readStackOutputs(
  client: CloudFormationClient,
  StackName: string,
): Promise<StackOutputs> {
  const { Stacks = [] } = await askAws("cloudformation:DescribeStacks", `the stack ${StackName}`, () =>
    client.send(new DescribeStacksCommand({ StackName })),
  );
  const outputs = new Map(Stacks[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const required = (name: string) => {
    const value = outputs.get(name);
    if (value) return value;
    throw new ToolError(`The stack ${StackName} has no output ${name}: is it a contact-transfer stack?`);
  };
  return {
    eventBusName: required("EventBusName"),
    intentQueueUrl: required("IntentQueueUrl"),
    deadLetterQueueUrl: required("DeadLetterQueueUrl"),
    outcomeLogGroupName: outputs.get("OutcomeLogGroupName"),
  };
}
