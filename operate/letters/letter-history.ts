import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { SQSMessageAttributes } from "aws-lambda";
import { attributeNames, type History, readHistory } from "../../lambda/intake/history.ts";
import type { Effect } from "../../lambda/refusal.ts";
import type { Origin } from "./letter.ts";

type Attributes = Readonly<Record<string, MessageAttributeValue>>;

/** What the history of a dead letter depends on. */
export interface LetterPast {
  readonly origin: Origin["kind"];
  readonly attributes: Attributes;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** SQS moved the message here itself. */
  readonly wasMoved: boolean;
}

/**
 * The histories inside a dead letter as one; `replays` counts those before this failure. It can only be older and less
 * certain than each of them.
 */
export function historyOf({ origin, attributes, sentAt, wasMoved }: LetterPast): History {
  const histories = historiesIn(attributes);
  const recorded = histories.length > 0 ? histories.reduce(mergeHistories) : undefined;
  // `Failure` already counts the next replay, which only SQS's own redrive has made happen.
  const wasRedriven = wasMoved && attributes[attributeNames.failureReason] !== undefined;
  const isFromFailure = attributes[attributeNames.history] === undefined && !wasRedriven;
  const replays = Math.max(0, (recorded?.replays ?? 0) - (isFromFailure ? 1 : 0));
  return {
    ...recorded,
    firstSentAt: Math.min(sentAt, recorded?.firstSentAt ?? sentAt),
    effect: worse(recorded?.effect ?? "none", certaintyOf[origin]),
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
    ...betterResult(a.result, b.result),
    ...(Object.keys(attributes).length > 0 && { attributes }),
  };
}

/** Of two results of one request, the success: the other was answered after it. */
function betterResult(a: History["result"], b: History["result"]): Pick<History, "result"> {
  const result = b?.kind === "transferred" ? b : (a ?? b);
  return result ? { result } : {};
}

/** The effect by origin alone: what the attempts before SQS or Lambda stopped have done is not known. */
const certaintyOf: Readonly<Record<Origin["kind"], Effect>> = {
  function: "none",
  sqs: "unknown",
  rule: "none",
  schedule: "none",
  outcome: "none",
  invocation: "unknown",
  "event ids": "unknown",
};

function historiesIn(attributes: Attributes): History[] {
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
