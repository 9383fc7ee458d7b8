import { RemovalPolicy } from "aws-cdk-lib/core";
import type { Delivery, Rollout } from "../contact-transfer-props.ts";

/** What `delivery` may be. */
export const deliveries = ["queue", "direct"] as const satisfies readonly Delivery[];

/** What `rollout` may be. */
export const rollouts = ["latest", "alias", "canary", "linear"] as const satisfies readonly Rollout[];

/** What `removalPolicy` may be: queues, logs and keys have no snapshots. */
export const removalPolicies: readonly RemovalPolicy[] = [
  RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  RemovalPolicy.RETAIN,
  RemovalPolicy.DESTROY,
];
