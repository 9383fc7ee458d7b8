import type { ContactTransferRequested } from "../../events/generated/contact-transfer-requested.ts";
import type { RequestedBy, TransferRequest } from "../../events/generated/contact-transfer-succeeded.ts";
import { parseInstant } from "../../events/rfc3339.ts";
import { notAllowed, type Refusal } from "../refusal.ts";
import type { Instances } from "../settings.ts";
import { parseConnectArn } from "./connect-arn.ts";

/** Where a contact goes: never to a queue and a user at the same time. */
export type Destination =
  | { readonly kind: "queue"; readonly queueId: string }
  | { readonly kind: "user"; readonly userId: string }
  | { readonly kind: "flow" };

/** A valid intent, with ARNs reduced to ids and instants in milliseconds since 1970. */
export interface Intent {
  readonly intentId: string;
  /** The producer has chosen `intentId`; otherwise it is the event's id. */
  readonly isIdGiven?: boolean;
  readonly instanceId: string;
  readonly contactId: string;
  readonly contactFlowId: string;
  readonly destination: Destination;
  /** The envelope's `time`. */
  readonly time?: number;
  readonly expiresAt?: number;
  readonly metadata?: Record<string, unknown>;
}

/** An intent with the token under which Connect is asked. */
export interface IdentifiedIntent {
  readonly intent: Intent;
  readonly clientToken: string;
  readonly requestedBy?: RequestedBy;
}

/** As much of an intent as could be read. */
export type ReadSoFar = Partial<IdentifiedIntent> & { readonly intentId?: string };

/**
 * What a valid envelope asks for, with a refusal if the deployment does not allow it. There is no intent if its ids
 * contradict each other.
 */
export type ReducedIntent =
  | { readonly intent: Intent; readonly refusal?: Refusal }
  | { readonly intent?: undefined; readonly refusal: Refusal; readonly intentId?: string };

/**
 * Turns a valid envelope into an intent: its identity (`intentId`, otherwise the envelope's `id`), and ids in place of
 * ARNs. A foreign ARN is `NotAllowed`, because its id would name something else in the intent's instance.
 */
export function reduceIntent(envelope: ContactTransferRequested, instances: Instances): ReducedIntent {
  const { detail } = envelope;
  const intentId = detail.intentId ?? envelope.id;
  const instance = namedInstance(detail.instanceId, instances);
  const idOf = (text: string) => parseConnectArn(text)?.id ?? text;
  for (const name of ["contactId", "contactFlowId", "queueId", "userId"] as const) {
    const given = detail[name];
    const arn = given === undefined ? undefined : parseConnectArn(given);
    // Without an ARN the instance is not allowed, or no longer: what Connect has answered for it still counts.
    if (arn && instance.arn !== undefined && arn.instanceArn !== instance.arn)
      return { refusal: foreignArn(name), intentId };
  }
  const intent: Intent = {
    intentId,
    isIdGiven: detail.intentId !== undefined,
    instanceId: instance.id,
    contactId: idOf(detail.contactId),
    contactFlowId: idOf(detail.contactFlowId),
    destination: destinationOf(detail.queueId && idOf(detail.queueId), detail.userId && idOf(detail.userId)),
    time: optionalInstant(envelope.time),
    expiresAt: optionalInstant(detail.expiresAt),
    metadata: detail.metadata,
  };
  const isAllowed = instance.arn !== undefined && instances.byId.get(instance.id)?.arn === instance.arn;
  return isAllowed
    ? { intent }
    : { intent, refusal: notAllowed("instanceId", "an instance", "instanceArns") };
}

/**
 * Whether another message of the intent may have been sent at another time: the producer has chosen its id, or there is no
 * instant that all of its messages share.
 */
export function mayHaveTwin({ isIdGiven, time }: Intent): boolean {
  return isIdGiven === true || time === undefined;
}

/** The intent's ids in the form of outcomes. */
export function requestOf(intent: Intent): TransferRequest {
  const { destination } = intent;
  return {
    instanceId: intent.instanceId,
    contactId: intent.contactId,
    contactFlowId: intent.contactFlowId,
    ...(destination.kind === "queue" && { queueId: destination.queueId }),
    ...(destination.kind === "user" && { userId: destination.userId }),
  };
}

/** The instance that an intent names, allowed or not. A foreign one named by its id alone has no ARN. */
function namedInstance(named: string | undefined, instances: Instances): { id: string; arn?: string } {
  if (named === undefined) return instances.defaultInstance ?? { id: "" };
  const arn = parseConnectArn(named);
  return arn ? { id: arn.instanceId, arn: arn.instanceArn } : (instances.byId.get(named) ?? { id: named });
}

function destinationOf(queueId: string | undefined, userId: string | undefined): Destination {
  if (queueId !== undefined) return { kind: "queue", queueId };
  if (userId !== undefined) return { kind: "user", userId };
  return { kind: "flow" };
}

function optionalInstant(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseInstant(text);
}

function foreignArn(name: string): Refusal {
  const message = `detail/${name} is an ARN from outside the intent's instance (another instance, account, Region or partition)`;
  return { reason: "NotAllowed", message };
}
