import { failedDetailType, succeededDetailType } from "../../events/detail-types.ts";
import type { EventBridgeEvent } from "../../infra/eventbridge/event.ts";

/** How an intent ended, as its outcome event says. */
export type Outcome =
  | {
      readonly kind: "succeeded";
      readonly newContactId: string;
      /** `task-1 → queue-seniors`. */
      readonly transfer?: string;
      /** Connect was not asked: the stack runs in shadow mode. */
      readonly isShadow?: true;
    }
  | {
      readonly kind: "failed";
      readonly reason: string;
      readonly message: string;
      /** Everything that is wrong with an invalid intent. */
      readonly violations?: readonly string[];
    };

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

interface Request {
  readonly contactId: string;
  readonly contactFlowId: string;
  readonly queueId?: string;
  readonly userId?: string;
}

interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly violations?: readonly { readonly message: string }[];
  readonly moreViolations?: number;
}

function outcomeOf({ "detail-type": detailType, detail }: EventBridgeEvent): Outcome | undefined {
  if (detailType === succeededDetailType) {
    const { contactId } = detail.response as { contactId: string };
    return {
      kind: "succeeded",
      newContactId: contactId,
      ...(detail.request !== undefined && { transfer: describeTransfer(detail.request as Request) }),
      ...(detail.shadow === true && { isShadow: true }),
    };
  }
  if (detailType === failedDetailType) {
    const { reason, message, violations = [], moreViolations = 0 } = detail.failure as Failure;
    const more = moreViolations > 0 ? [`and ${moreViolations} more`] : [];
    return {
      kind: "failed",
      reason,
      message,
      ...(violations.length > 1 && { violations: [...violations.map((each) => each.message), ...more] }),
    };
  }
  return undefined;
}

/** The contact, and where it goes: the flow decides if the intent names neither queue nor agent. */
function describeTransfer({ contactId, contactFlowId, queueId, userId }: Request): string {
  const destination = queueId ?? (userId === undefined ? `flow ${contactFlowId}` : `agent ${userId}`);
  return `${contactId} → ${destination}`;
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
