import { RemovalPolicy } from "aws-cdk-lib/core";
import type { Rollout } from "../contact-transfer-props.ts";

/** What `rollout` may be. */
export const rollouts = ["latest", "alias", "canary", "linear"] as const satisfies readonly Rollout[];

/** What `removalPolicy` may be: queues, logs and keys have no snapshots. */
export const removalPolicies: readonly RemovalPolicy[] = [
  RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  RemovalPolicy.RETAIN,
  RemovalPolicy.DESTROY,
];
