import { Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";

/** The namespace of the function's metrics. */
export const metricsNamespace = "ContactTransfer";

/** The value of the metrics' dimension `service`: `STACK/CONSTRUCT`, unique within an account and Region. */
export function metricsServiceName(scope: Construct): string {
  const { stackName, node } = Stack.of(scope);
  return [stackName, scope.node.path.slice(node.path.length + 1)].join("/");
}
