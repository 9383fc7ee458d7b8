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
    ...instanceArns.map((instanceArn) => `${instanceArn}/contact/*`),
    ...(contactFlowIds ?? ["*"]).flatMap((flow) => contactFlowArns(flow, instanceArns)),
  ];
}

function contactFlowArns(flow: string, instanceArns: readonly string[]): string[] {
  if (Token.isUnresolved(flow) || flow.startsWith("arn:")) return [flow];
  return instanceArns.map((instanceArn) => `${instanceArn}/contact-flow/${flow}`);
}
