import { EventBus, type IEventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Resource, Stack, Token } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { ContactTransferProps } from "../contact-transfer-props.ts";
import type { Settings } from "../settings/settings.ts";

/** The bus of requests and outcomes: an existing one by name, a bus of the app, or a new one. */
export function resolveEventBus(
  scope: Construct,
  { eventBus, encryptionKey }: Pick<ContactTransferProps, "eventBus" | "encryptionKey">,
  { eventBusName = "default" }: Settings,
  deadLetterQueue: Queue,
): IEventBus {
  if (eventBus == null) return EventBus.fromEventBusName(scope, "EventBus", eventBusName);
  if (eventBus !== "own") return eventBus;
  const own = new EventBus(scope, "EventBus", {
    eventBusName: busName(scope),
    description: "Carries requests to transfer contacts, and their outcomes",
    kmsKey: encryptionKey,
    // Without one, events that EventBridge cannot encrypt or decrypt would be lost.
    deadLetterQueue: encryptionKey && deadLetterQueue,
  });
  if (encryptionKey) {
    deadLetterQueue.addToResourcePolicy(
      new PolicyStatement({
        sid: "AllowBus",
        principals: [new ServicePrincipal("events.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [deadLetterQueue.queueArn],
        conditions: { ArnEquals: { "aws:SourceArn": own.eventBusArn } },
      }),
    );
  }
  return own;
}

/**
 * CDK derives the name from the path of the construct. That is the same in two deployments of one app under other stack names,
 * and an account has only one bus of a name.
 */
function busName(scope: Construct): string | undefined {
  const stack = Stack.of(scope);
  if (stack.stackName === stack.node.id || Token.isUnresolved(stack.stackName)) return undefined;
  const path = scope.node.path.slice(stack.node.path.length + 1).replace(/[^A-Za-z0-9._-]+/g, "-");
  return `${stack.stackName}-${path}`.slice(0, 255);
}

/** Whether this is the account's default bus, which no app creates; undefined if that is a token. */
export function isDefaultBus(eventBus: IEventBus): boolean | undefined {
  // Not `instanceof`: the bus may be made by another copy of aws-cdk-lib.
  if (Resource.isOwnedResource(eventBus)) return false;
  const name = eventBus.eventBusName;
  return Token.isUnresolved(name) ? undefined : name === "default";
}
