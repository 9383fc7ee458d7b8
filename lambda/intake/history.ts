import type { SQSMessageAttributes } from "aws-lambda";
import { parseInstant } from "../../events/rfc3339.ts";
import type { Effect } from "../refusal.ts";

/** Names of the message attributes that are ours: a dead letter has the first two, a message put back the third. */
export const attributeNames = {
  failureReason: "FailureReason",
  failure: "Failure",
  history: "History",
} as const;

/** What earlier lives of a message left behind. It can only make the message older and less certain. */
export interface History {
  /** Milliseconds since 1970 of the first time that the intent was sent to the queue. */
  readonly firstSentAt?: number;
  /** Where an operator renewed it: its age counts from here. */
  readonly renewedAt?: number;
  readonly effect: Effect;
  readonly replays: number;
  /** Own attributes of the message that SQS's limit of ten has pushed out of it. */
  readonly attributes?: SQSMessageAttributes;
}

const none: History = { effect: "none", replays: 0 };
const unreadable: History = { effect: "unknown", replays: 0 };

/**
 * Reads `History` (put back by the replay tool), else `Failure` (put back by SQS's own redrive, which keeps the dead
 * letter's attributes). What is there and cannot be read means that an earlier request may have had an effect.
 */
export function readHistory(attributes: SQSMessageAttributes): History {
  const { history, failure, failureReason } = attributeNames;
  if (attributes[history]) return parse(attributes[history].stringValue, 0);
  if (attributes[failure]) return parse(attributes[failure].stringValue, 1);
  return attributes[failureReason] ? { ...unreadable, replays: 1 } : none;
}

function parse(text: string | undefined, moreReplays: number): History {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    return { ...unreadable, replays: moreReplays };
  }
  if (typeof value !== "object" || value === null) return { ...unreadable, replays: moreReplays };
  const { firstSentAt, renewedAt, effect, replays, attributes } = value as Record<string, unknown>;
  const displaced = readDisplaced(attributes);
  const instants = { firstSentAt: optionalInstant(firstSentAt), renewedAt: optionalInstant(renewedAt) };
  const isReadable =
    effect === "none" && !Number.isNaN(instants.firstSentAt) && !Number.isNaN(instants.renewedAt);
  return {
    firstSentAt: instants.firstSentAt || undefined,
    renewedAt: instants.renewedAt || undefined,
    effect: isReadable ? "none" : "unknown",
    replays: (Number.isSafeInteger(replays) && Number(replays) >= 0 ? Number(replays) : 0) + moreReplays,
    ...(displaced && { attributes: displaced }),
  };
}

/** Attributes that a message could hold, out of what a history says were displaced. */
function readDisplaced(attributes: unknown): SQSMessageAttributes | undefined {
  if (typeof attributes !== "object" || attributes === null) return undefined;
  const displaced: SQSMessageAttributes = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    const { dataType, stringValue, binaryValue } = (attribute ?? {}) as Record<string, unknown>;
    if (typeof dataType !== "string") continue;
    if (typeof stringValue === "string") displaced[name] = { dataType, stringValue };
    else if (typeof binaryValue === "string") displaced[name] = { dataType, binaryValue };
  }
  return displaced;
}

/** NaN where there is something that is no instant. */
function optionalInstant(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  return (typeof value === "string" ? parseInstant(value) : undefined) ?? Number.NaN;
}
