import { RemovalPolicy } from "aws-cdk-lib/core";

/** What `removalPolicy` may be: queues, logs and keys have no snapshots. */
export const removalPolicies: readonly RemovalPolicy[] = [
  RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  RemovalPolicy.RETAIN,
  RemovalPolicy.DESTROY,
];
