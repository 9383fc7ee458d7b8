import type { ContactTransferFailed } from "../../events/generated/contact-transfer-failed.ts";
import { attributeNames } from "../../lambda/intake/history.ts";
import type { Instances } from "../../lambda/settings.ts";
import type { DeadLetter } from "./letter.ts";
import { readLetter } from "./read-letter.ts";

/**
 * The dead letter of a failure, as far as its outcome knows it: without the body, of which it has the request and the metadata. `at` is when
 * the outcome was logged, in milliseconds since 1970.
 */
export function letterOfOutcome(
  outcome: ContactTransferFailed,
  at: number,
  instances: Instances,
): DeadLetter {
  const { detail, id } = outcome;
  const { failure, request, requestedBy, metadata, intentId, clientToken, receiveCount, resolution } = detail;
  const envelope = {
    id: requestedBy?.eventId ?? intentId,
    source: requestedBy?.source,
    time: requestedBy?.time,
    detail: { ...request, intentId, metadata },
  };
  const facts = { intentId, clientToken, receiveCount, resolution, failedAt: new Date(at).toISOString() };
  return readLetter(
    {
      MessageId: `${prefix}${id}`,
      Body: JSON.stringify(envelope),
      Attributes: { SentTimestamp: String(at) },
      MessageAttributes: {
        [attributeNames.failureReason]: textAttribute(failure.reason),
        [attributeNames.failure]: textAttribute(JSON.stringify({ ...failure, ...facts })),
      },
    },
    instances,
  );
}

/** The messages of the queue have ids of SQS. */
const prefix = "outcome.";

/** The event's id in the id of a dead letter that is known from its outcome alone; undefined for any other id. */
export function outcomeEventIdOf(messageId: string): string | undefined {
  return isOutcomeId(messageId) ? messageId.slice(prefix.length) : undefined;
}

/** Whether the id is of a dead letter that is known from its outcome alone. */
export function isOutcomeId(messageId: string): boolean {
  return messageId.startsWith(prefix);
}

function textAttribute(StringValue: string) {
  return { DataType: "String", StringValue };
}
