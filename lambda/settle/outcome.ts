import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { failedDetailType, succeededDetailType } from "../../events/detail-types.ts";
import type { Resolution, TransferFailed } from "../../events/generated/contact-transfer-failed.ts";
import type {
  TransferResponse,
  TransferSucceeded,
} from "../../events/generated/contact-transfer-succeeded.ts";
import { type IdentifiedIntent, type Intent, type ReadSoFar, requestOf } from "../intake/intent.ts";
import type { IntentRecord } from "../intake/record.ts";
import type { Failure } from "../refusal.ts";
import type { Settings } from "../settings.ts";

/** What outcomes depend on. */
export type OutcomeSettings = Pick<Settings, "instances" | "eventBusName" | "outcomeSource" | "isShadow">;

/** The event of a transfer. */
export function succeededOutcome(
  { intent, clientToken, requestedBy }: IdentifiedIntent,
  record: Pick<IntentRecord, "delivery">,
  response: TransferResponse,
  settings: OutcomeSettings,
  resolution?: Resolution,
): PutEventsRequestEntry {
  const detail: TransferSucceeded = {
    intentId: intent.intentId,
    clientToken,
    request: requestOf(intent),
    response,
    resolution,
    requestedBy,
    receiveCount: record.delivery?.receiveCount,
    metadata: intent.metadata,
  };
  return outcome(succeededDetailType, detail, intent, settings);
}

/** The event of a transfer that Connect's reads have shown: their resolution names the new contact. */
export function observedOutcome(
  identified: IdentifiedIntent,
  record: Pick<IntentRecord, "delivery">,
  resolution: Resolution,
  settings: OutcomeSettings,
): PutEventsRequestEntry {
  const contactId = String(resolution.contactId);
  const instanceArn = settings.instances.byId.get(identified.intent.instanceId)?.arn;
  const response = {
    contactId,
    contactArn: `${instanceArn}/contact/${contactId}`,
    evidence: "observed",
  } as const;
  return succeededOutcome(identified, record, response, settings, resolution);
}

/** The event of a permanent failure, with as much of the intent as could be read. */
export function failedOutcome(
  read: ReadSoFar,
  record: IntentRecord,
  failure: Failure,
  settings: OutcomeSettings,
  resolution?: Resolution,
): PutEventsRequestEntry {
  const { intent } = read;
  const detail: TransferFailed = {
    intentId: intent?.intentId ?? read.intentId,
    clientToken: read.clientToken,
    request: intent && requestOf(intent),
    messageId: record.delivery?.messageId,
    failure,
    resolution,
    requestedBy: read.requestedBy,
    receiveCount: record.delivery?.receiveCount,
    metadata: intent?.metadata,
  };
  return outcome(failedDetailType, detail, intent, settings);
}

function outcome(
  detailType: string,
  detail: TransferSucceeded | TransferFailed,
  intent: Intent | undefined,
  settings: OutcomeSettings,
): PutEventsRequestEntry {
  const instance = intent && settings.instances.byId.get(intent.instanceId);
  return {
    EventBusName: settings.eventBusName,
    Source: settings.outcomeSource,
    DetailType: detailType,
    Detail: JSON.stringify(settings.isShadow ? { ...detail, shadow: true } : detail),
    Resources: instance ? [`${instance.arn}/contact/${intent.contactId}`] : [],
  };
}
