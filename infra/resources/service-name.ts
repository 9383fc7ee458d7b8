import { Stack, Token } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { quote, SettingError } from "../settings/setting-error.ts";

/** The namespace of the function's metrics. */
export const metricsNamespace = "ContactTransfer";

/**
 * The value of the metrics' dimension `service`: `STACK/CONSTRUCT`, unique within an account and Region. It is the folder of the
 * saved queries too.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 */
export function metricsServiceName(scope: Construct): string {
  const { stackName, node } = Stack.of(scope);
  const name = [stackName, scope.node.path.slice(node.path.length + 1)].join("/");
  if (Token.isUnresolved(name) || /^[ -)+-9;-~]{1,255}$/.test(name)) return name;
  throw new SettingError(
    `${quote(name)} cannot be the metrics' dimension "service", which is made of the names of the stack and the construct: CloudWatch takes at most 255 characters of ASCII there, and names of queries have no : and *. Give the construct another id.`,
  );
}
