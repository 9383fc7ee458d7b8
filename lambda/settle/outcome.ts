import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import type { TransferFailed } from "../../events/generated/contact-transfer-failed.ts";
import type {
  TransferResponse,
  TransferSucceeded,
} from "../../events/generated/contact-transfer-succeeded.ts";
import { type Intent, requestOf } from "../intake/intent.ts";
import type { IntentRecord } from "../intake/record.ts";
import type { Settings } from "../ports.ts";
import type { Failure } from "../refusal.ts";

/** An intent that could be read, with the token under which Connect is asked. */
export interface IdentifiedIntent {
  readonly intent: Intent;
  readonly clientToken: string;
}

/** The event that tells of a transfer. */
export function succeededOutcome(
  { intent, clientToken }: IdentifiedIntent,
  record: IntentRecord,
  response: TransferResponse,
  settings: Settings,
): PutEventsRequestEntry {
  const detail: TransferSucceeded = {
    intentId: intent.intentId,
    clientToken,
    request: requestOf(intent),
    response,
    receiveCount: record.delivery?.receiveCount,
    metadata: intent.metadata,
  };
  return outcome("Contact Transfer Succeeded", detail, intent, settings);
}

/** The event that tells of a failure; `known` is as much of the intent as could be read. */
export function failedOutcome(
  known: Partial<IdentifiedIntent> & { readonly intentId?: string },
  record: IntentRecord,
  failure: Failure,
  settings: Settings,
): PutEventsRequestEntry {
  const { intent } = known;
  const detail: TransferFailed = {
    intentId: intent?.intentId ?? known.intentId,
    clientToken: known.clientToken,
    request: intent && requestOf(intent),
    messageId: record.delivery?.messageId,
    failure,
    receiveCount: record.delivery?.receiveCount,
    metadata: intent?.metadata,
  };
  return outcome("Contact Transfer Failed", detail, intent, settings);
}

function outcome(
  detailType: string,
  detail: TransferSucceeded | TransferFailed,
  intent: Intent | undefined,
  settings: Settings,
): PutEventsRequestEntry {
  const instance = intent && settings.instances.byId.get(intent.instanceId);
  return {
    EventBusName: settings.eventBusName,
    Source: settings.outcomeSource,
    DetailType: detailType,
    Detail: JSON.stringify(settings.isShadow ? { ...detail, shadow: true } : detail),
    Resources: intent && instance ? [`${instance.arn}/contact/${intent.contactId}`] : [],
  };
}
