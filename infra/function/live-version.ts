import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from "aws-cdk-lib/aws-codedeploy";
import { Alias, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Rollout } from "../contact-transfer-props.ts";

/** The alias that the rules and the event source mapping invoke; undefined if they invoke the latest code. */
export function createAlias(
  scope: Construct,
  transferFunction: LambdaFunction,
  rollout: Rollout,
): Alias | undefined {
  if (rollout === "latest") return undefined;
  return new Alias(scope, "Alias", {
    aliasName: "live",
    description: "What the rules and the intent queue invoke",
    version: transferFunction.currentVersion,
  });
}

/** Moves the alias to a new version step by step, and back if an alarm fires that tells of the function. */
export function shiftGradually(
  scope: Construct,
  alias: Alias,
  rollout: Rollout,
  alarms: readonly Alarm[],
): LambdaDeploymentGroup | undefined {
  if (rollout !== "canary" && rollout !== "linear") return undefined;
  return new LambdaDeploymentGroup(scope, "Rollout", {
    alias,
    deploymentConfig:
      rollout === "canary"
        ? LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES
        : LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
    alarms: [...alarms],
  });
}
