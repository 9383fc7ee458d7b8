import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { succeededDetailType } from "../../events/detail-types.ts";
import type { TransferFailed } from "../../events/generated/contact-transfer-failed.ts";
import type { TransferSucceeded } from "../../events/generated/contact-transfer-succeeded.ts";
import type { Outcome, TrueIntent } from "../history.ts";

/** An outcome as a consumer of the bus reads it. */
export function readOutcome(entry: PutEventsRequestEntry): Outcome {
  const detail = JSON.parse(entry.Detail ?? "{}") as Partial<TransferSucceeded & TransferFailed>;
  return {
    isSuccess: entry.DetailType === succeededDetailType,
    intentId: detail.intentId,
    clientToken: detail.clientToken,
    messageId: detail.messageId,
    request: detail.request && requestOf(detail.request),
    newContactId: detail.response?.contactId,
    metadata: detail.metadata ? "present" : detail.metadataLeftOut ? "left out" : "none",
    isShadow: detail.shadow === true,
    failure: detail.failure,
  };
}

function requestOf({
  contactId,
  contactFlowId,
  queueId,
  userId,
}: TransferSucceeded["request"]): TrueIntent["request"] {
  return { contactId, contactFlowId, ...(queueId && { queueId }), ...(userId && { userId }) };
}
