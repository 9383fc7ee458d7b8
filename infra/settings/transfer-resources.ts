import { Token } from "aws-cdk-lib/core";
import type { Settings } from "./settings.ts";

/**
 * The resources that IAM checks for `connect:TransferContact`: instance, contact and flow, all at once.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonconnect.html
 */
export function transferResources({
  instanceArns,
  contactFlowIds,
}: Pick<Settings, "instanceArns" | "contactFlowIds">): string[] {
  return [
    ...instanceArns,
    ...contactResources({ instanceArns }),
    ...(contactFlowIds ?? ["*"]).flatMap((flow) => contactFlowArns(flow, instanceArns)),
  ];
}

/** Every contact of the instances: contacts come and go. */
export function contactResources({ instanceArns }: Pick<Settings, "instanceArns">): string[] {
  return instanceArns.map((instanceArn) => `${instanceArn}/contact/*`);
}

function contactFlowArns(flow: string, instanceArns: readonly string[]): string[] {
  if (Token.isUnresolved(flow) || flow.startsWith("arn:")) return [flow];
  return instanceArns.map((instanceArn) => `${instanceArn}/contact-flow/${flow}`);
}
