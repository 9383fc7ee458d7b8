import * as lambda from "aws-cdk-lib/aws-lambda";
import { RemovalPolicy } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { ContactTransferProps } from "../contact-transfer-props.ts";
import type { TransferParts } from "../parts.ts";
import { keysOf } from "../resources/encryption.ts";
import { functionTimeout } from "../resources/queues.ts";
import type { Settings } from "../settings/settings.ts";
import { carryAllowLists } from "./carry-allow-lists.ts";
import { executionRole } from "./execution-role.ts";
import { functionCode } from "./function-code.ts";
import { functionEnvironment } from "./function-environment.ts";

/** The function that makes the transfers. */
export function createTransferFunction(
  scope: Construct & Pick<TransferParts, "eventBus" | "intentQueue" | "deadLetterQueue" | "logGroup">,
  settings: Settings,
  props: ContactTransferProps,
): lambda.Function {
  const { code = functionCode(), vpc, vpcSubnets, securityGroups } = props;
  const isDirect = settings.delivery === "direct";
  const carried = carryAllowLists(scope, settings, functionEnvironment(scope, settings), code);
  const transferFunction = new lambda.Function(scope, "Function", {
    description: "Transfers Amazon Connect contacts at Connect's pace",
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    memorySize: settings.memorySize,
    timeout: functionTimeout,
    handler: "index.handler",
    code: carried.code,
    role: executionRole(scope, settings, { keys: keysOf(props), isInVpc: vpc !== undefined }),
    vpc,
    vpcSubnets,
    securityGroups,
    // A version that the alias pointed to is kept, so that it can again.
    currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    environment: carried.environment,
    logGroup: scope.logGroup,
    loggingFormat: lambda.LoggingFormat.JSON,
    // An intent may travel in a new message more than 16 times until it expires, and the 17th would never reach the function.
    recursiveLoop: lambda.RecursiveLoop.ALLOW,
    // Events would start any number of instances, and each has only its share of the rate.
    reservedConcurrentExecutions: isDirect ? settings.maxConcurrency : undefined,
  });
  const resource = transferFunction.node.defaultChild;
  if (!(resource instanceof lambda.CfnFunction)) return transferFunction;
  // CDK's own settings for these two would add a second policy to the role.
  if (settings.tracing) resource.tracingConfig = { mode: lambda.Tracing.ACTIVE };
  // For events that the function could not even enqueue.
  if (isDirect) resource.deadLetterConfig = { targetArn: scope.deadLetterQueue.queueArn };
  return transferFunction;
}
