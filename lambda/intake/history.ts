import type { SQSMessageAttributes } from "aws-lambda";
import { parseInstant } from "../../events/rfc3339.ts";
import type { Effect } from "../refusal.ts";
import { type CarriedResult, readCarriedResult } from "./carried-result.ts";

/** Message attributes of this project: a dead letter has the first two, a replayed message the third. */
export const attributeNames = {
  failureReason: "FailureReason",
  failure: "Failure",
  history: "History",
} as const;

/**
 * What is known of a message from before it was replayed. It can only make the intent older and its effect less certain;
 * only an operator's renewal starts its age again.
 */
export interface History {
  /** When the intent was first sent to the queue, in milliseconds since 1970. */
  readonly firstSentAt?: number;
  /** When an operator renewed it: its age counts from here. */
  readonly renewedAt?: number;
  readonly effect: Effect;
  readonly replays: number;
  /** What Connect answered to an earlier delivery, if that could not publish it. */
  readonly result?: CarriedResult;
  /** When Connect did not find what the intent names; it is now asked for the last time. */
  readonly notFoundAt?: number;
  /**
   * With a result: no request has been made since, and it waits until Connect's reads must show what the requests have done.
   * Without one: the reads have shown that no request until then was carried out.
   */
  readonly askedUntil?: number;
  /** Attributes of the message that did not fit SQS's limit of ten. */
  readonly attributes?: SQSMessageAttributes;
}

const none: History = { effect: "none", replays: 0 };

/**
 * Reads `History` (set by a replay), otherwise `Failure` (left by SQS's own redrive, which keeps the dead letter's
 * attributes). If it cannot be read, an earlier request may have had an effect.
 */
export function readHistory(attributes: SQSMessageAttributes): History {
  const { history, failure, failureReason } = attributeNames;
  if (attributes[history]) return parse(attributes[history].stringValue, 0);
  if (attributes[failure]) return parse(attributes[failure].stringValue, 1);
  return attributes[failureReason] ? unreadable(1) : none;
}

/**
 * The history as it counts for an intent with this token. A result of another request says nothing of this one, except that
 * Connect was asked: the body was changed on its way.
 */
export function historyOfToken(history: History, clientToken: string | undefined): History {
  const { result, ...others } = history;
  return result === undefined || result.clientToken === clientToken
    ? history
    : { ...others, effect: "unknown" };
}

/** A request may have been made before, and nobody knows. */
function unreadable(replays: number): History {
  return { effect: "unknown", replays };
}

function parse(text: string | undefined, moreReplays: number): History {
  let value: unknown;
  try {
    value = JSON.parse(String(text));
  } catch {
    return unreadable(moreReplays);
  }
  // What is no object has none of these members, so its effect is unknown.
  const members: Readonly<Record<string, unknown>> = Object(value);
  const { firstSentAt, renewedAt, effect, replays, result, notFoundAt, askedUntil, attributes } = members;
  const displaced = readDisplaced(attributes);
  const carried = readCarriedResult(result);
  const instants = { firstSentAt: optionalInstant(firstSentAt), renewedAt: optionalInstant(renewedAt) };
  // A result, even one that cannot be read, means that Connect was asked.
  const isNone =
    effect === "none" &&
    result === undefined &&
    !Number.isNaN(instants.firstSentAt) &&
    !Number.isNaN(instants.renewedAt);
  return {
    firstSentAt: readable(instants.firstSentAt),
    renewedAt: readable(instants.renewedAt),
    effect: isNone ? "none" : "unknown",
    replays: (Number.isSafeInteger(replays) ? Math.max(0, Number(replays)) : 0) + moreReplays,
    ...(carried && { result: carried }),
    ...(notFoundAt !== undefined && { notFoundAt: readable(optionalInstant(notFoundAt)) ?? 0 }),
    ...(askedUntil !== undefined && { askedUntil: readable(optionalInstant(askedUntil)) }),
    ...(displaced && { attributes: displaced }),
  };
}

/** The displaced attributes of a history, as far as a message could hold them. */
function readDisplaced(attributes: unknown): SQSMessageAttributes | undefined {
  if (typeof attributes !== "object" || attributes === null) return undefined;
  const displaced: SQSMessageAttributes = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    const members: Readonly<Record<string, unknown>> = Object(attribute);
    const { dataType, stringValue, binaryValue } = members;
    if (typeof dataType !== "string") continue;
    if (typeof stringValue === "string") displaced[name] = { dataType, stringValue };
    else if (typeof binaryValue === "string") displaced[name] = { dataType, binaryValue };
  }
  return displaced;
}

function readable(instant: number | undefined): number | undefined {
  return Number.isNaN(instant) ? undefined : instant;
}

/** NaN for a value that is not an instant. */
function optionalInstant(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  return (typeof value === "string" ? parseInstant(value) : undefined) ?? Number.NaN;
}
