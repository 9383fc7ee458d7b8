import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { SQSMessageAttributes } from "aws-lambda";
import { attributeNames, type History, readHistory } from "../../lambda/intake/history.ts";
import type { Effect } from "../../lambda/refusal.ts";
import { asciiJson, displacedAttribute } from "../../lambda/settle/dead-letter.ts";
import { maxAttributes, valueBytes } from "../../lambda/settle/queue-message.ts";
import type { Origin } from "./letter.ts";

type Attributes = Readonly<Record<string, MessageAttributeValue>>;

/** Where a letter comes from, as far as its history depends on it. */
export interface LetterPast {
  readonly origin: Origin["kind"];
  readonly attributes: Attributes;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** SQS says that it moved the message here itself. */
  readonly wasMoved: boolean;
}

/**
 * The lives of a letter as one history; `replays` counts those before the present letter. It can only be older and
 * less certain than what each life told.
 */
export function historyOf({ origin, attributes, sentAt, wasMoved }: LetterPast): History {
  const lives = livesIn(attributes);
  const told = lives.length > 0 ? lives.reduce(mergeHistories) : undefined;
  // `Failure` counts the put-back that has just not happened, unless SQS's own redrive has made it happen.
  const wasRedriven = wasMoved && attributes[attributeNames.failureReason] !== undefined;
  const isFromFailure = attributes[attributeNames.history] === undefined && !wasRedriven;
  const replays = Math.max(0, (told?.replays ?? 0) - (isFromFailure ? 1 : 0));
  return {
    ...told,
    firstSentAt: Math.min(sentAt, told?.firstSentAt ?? sentAt),
    effect: worse(told?.effect ?? "none", certaintyOf[origin]),
    replays,
  };
}

/** Two histories of the same request as one. */
export function mergeHistories(a: History, b: History): History {
  const renewedAt =
    a.renewedAt !== undefined && b.renewedAt !== undefined ? Math.min(a.renewedAt, b.renewedAt) : undefined;
  const attributes = { ...a.attributes, ...b.attributes };
  return {
    firstSentAt: Math.min(
      a.firstSentAt ?? Number.POSITIVE_INFINITY,
      b.firstSentAt ?? Number.POSITIVE_INFINITY,
    ),
    renewedAt,
    effect: worse(a.effect, b.effect),
    replays: Math.max(a.replays, b.replays),
    ...(Object.keys(attributes).length > 0 && { attributes }),
  };
}

/**
 * The message's own attributes with `History`, within SQS's limit of ten: own ones that it would push out (the shortest)
 * travel inside of it, and the function restores them if the message fails again.
 */
export function withHistory(own: Attributes, history: History, lastReason: string): Attributes {
  const byLength = Object.entries(own).sort(([, a], [, b]) => valueBytes(b) - valueBytes(a));
  const displaced = byLength.slice(maxAttributes - 1);
  const text = asciiJson({
    firstSentAt: iso(history.firstSentAt),
    effect: history.effect,
    replays: history.replays,
    lastReason,
    renewedAt: iso(history.renewedAt),
    attributes: displaced.length > 0 ? Object.fromEntries(displaced.map(displacedAttribute)) : undefined,
  });
  return {
    ...Object.fromEntries(byLength.slice(0, maxAttributes - 1)),
    [attributeNames.history]: { DataType: "String", StringValue: text },
  };
}

/** What the origin alone says: SQS and Lambda give up after attempts of which nobody knows what they did. */
const certaintyOf: Readonly<Record<Origin["kind"], Effect>> = {
  function: "none",
  sqs: "unknown",
  rule: "none",
  invocation: "unknown",
  "event ids": "unknown",
};

function livesIn(attributes: Attributes): History[] {
  const { history, failure, failureReason } = attributeNames;
  const present = (...names: string[]): SQSMessageAttributes =>
    Object.fromEntries(
      names.flatMap((name) => {
        const { DataType = "String", StringValue } = attributes[name] ?? {};
        return attributes[name] ? [[name, { dataType: DataType, stringValue: StringValue }]] : [];
      }),
    );
  return [present(history), present(failure, failureReason)]
    .filter((names) => Object.keys(names).length > 0)
    .map(readHistory);
}

function worse(a: Effect, b: Effect): Effect {
  return a === "unknown" || b === "unknown" ? "unknown" : "none";
}

function iso(instant: number | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString();
}
