import { EventBus, type IEventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Resource, Token } from "aws-cdk-lib/core";
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
  if (eventBus === undefined) return EventBus.fromEventBusName(scope, "EventBus", eventBusName);
  if (eventBus !== "own") return eventBus;
  const own = new EventBus(scope, "EventBus", {
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

/** Whether this is the account's default bus, which no app creates; undefined if that is a token. */
export function isDefaultBus(eventBus: IEventBus): boolean | undefined {
  // Not `instanceof`: the bus may be made by another copy of aws-cdk-lib.
  if (Resource.isOwnedResource(eventBus)) return false;
  const name = eventBus.eventBusName;
  return Token.isUnresolved(name) ? undefined : name === "default";
}
