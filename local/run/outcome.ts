import { failedDetailType, succeededDetailType } from "../../events/detail-types.ts";
import type { EventBridgeEvent } from "../../infra/eventbridge/event.ts";

/** How an intent ended, as its outcome event says. */
export type Outcome =
  | { readonly kind: "succeeded"; readonly newContactId: string }
  | { readonly kind: "failed"; readonly reason: string; readonly message: string };

export interface OutcomeEvent {
  readonly outcome: Outcome;
  readonly intentId?: string;
  readonly messageId?: string;
}

/** Undefined for an event that is no outcome. */
export function readOutcome(event: EventBridgeEvent): OutcomeEvent | undefined {
  const outcome = outcomeOf(event);
  if (!outcome) return undefined;
  const { intentId, messageId } = event.detail;
  return { outcome, intentId: textOrNothing(intentId), messageId: textOrNothing(messageId) };
}

function outcomeOf({ "detail-type": detailType, detail }: EventBridgeEvent): Outcome | undefined {
  if (detailType === succeededDetailType) {
    const { contactId } = detail.response as { contactId: string };
    return { kind: "succeeded", newContactId: contactId };
  }
  if (detailType === failedDetailType) {
    const { reason, message } = detail.failure as { reason: string; message: string };
    return { kind: "failed", reason, message };
  }
  return undefined;
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
