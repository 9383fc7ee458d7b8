import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { checkAge, maxRenewedAgeMs } from "../../lambda/intake/age.ts";
import { attributeNames, type History, historyOfToken } from "../../lambda/intake/history.ts";
import type { Instances } from "../../lambda/settings.ts";
import { messageGroup } from "../../lambda/settle/dead-letter.ts";
import { withHistory } from "../../lambda/settle/enqueued-message.ts";
import type { Outgoing } from "../aws/queue.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { mergeHistories } from "../letters/letter-history.ts";
import { serviceAttributes } from "../letters/read-aws-origin.ts";
import { type IntentReading, readIntent } from "../letters/read-intent.ts";
import type { Received } from "../receive/receive-letters.ts";
import { type Edit, editBody } from "./edit-body.ts";
import { nextIntentId } from "./next-intent-id.ts";

/** How dead letters are replayed. */
export interface ReplayOptions {
  readonly instances: Instances;
  /** The deployment's `maxIntentAge`. */
  readonly maxIntentAgeMs: number;
  readonly edits?: readonly Edit[];
  /** The age counts from now, under the same intentId. */
  readonly renew?: boolean;
  /** A new intentId: another request. */
  readonly newIdentity?: boolean;
  /** Removes `detail.expiresAt`. */
  readonly ignoreExpiresAt?: boolean;
  /** Makes another request even if an earlier one may have transferred the contact. */
  readonly acceptUnknownEffect?: boolean;
  /** Replays even what is not an intent. */
  readonly includeInvalid?: boolean;
}

/** The dead letters of one request, which are replayed as one message. */
export interface LetterGroup {
  readonly key: string;
  /** The oldest comes first; its body is the one that is sent. */
  readonly letters: readonly [DeadLetter, ...DeadLetter[]];
}

/** Why dead letters are skipped, and what helps. The keys are the `skipReason` of `--json`. */
export const skipSentences = {
  EventIdsOnly: "the record contains no event: send the events again from their producer",
  OutcomeCopy: "a copy of a published outcome, not an intent: discard it",
  NotAnIntent: "not an intent: repair it with --set and --unset, or add --include-invalid",
  ExpiresAtPassed: "past the producer's expiresAt: only --ignore-expires-at overrides that",
  TooOld: "would expire immediately: with --renew the age counts from now",
  TooOldToRenew: "first sent more than 6 days ago: only --new-identity helps",
  UnknownEffect:
    "an earlier request may have transferred the contact, and this would be another one: look in Connect, then add --accept-unknown-effect",
  ListAttribute: "one of the attributes is a list, which SQS does not accept",
  CannotSucceed: "the contact cannot be transferred; list --check shows why",
  LeaseLost: "the lease was lost (another consumer, or 12 hours in flight): run the command again",
} as const;
export type SkipReason = keyof typeof skipSentences;

export type Decision =
  | { readonly kind: "replay"; readonly message: Outgoing; readonly facts: ReplayFacts }
  | { readonly kind: "skip"; readonly reason: SkipReason; readonly why: string };

/** The facts about a message that is replayed. */
export interface ReplayFacts {
  readonly intentId?: string;
  readonly clientToken?: string;
  /** Another request than the one that failed. */
  readonly isOtherRequest: boolean;
  readonly isEdited: boolean;
  readonly isRenewed: boolean;
  readonly effect: History["effect"];
}

/** A group, and what is decided about it. */
export interface Planned {
  readonly group: LetterGroup;
  readonly decision: Decision;
}

/** What the preview shows and the run then does. */
export interface ReplayPlan {
  readonly planned: readonly Planned[];
  readonly received: Pick<Received<DeadLetter>, "seen" | "mayBeMore">;
  readonly perSecond: number;
  readonly assumed?: string;
}

/** Groups dead letters by request, in the order of their oldest. */
export function groupLetters(letters: readonly DeadLetter[]): LetterGroup[] {
  const byKey = Map.groupBy(
    letters.toSorted((a, b) => a.sentAt - b.sentAt),
    ({ groupKey }) => groupKey,
  );
  return Array.from(byKey, ([key, [oldest, ...others]]) => ({ key, oldest, others })).flatMap(
    ({ key, oldest, others }) => (oldest ? [{ key, letters: [oldest, ...others] }] : []),
  );
}

/** Decides about a group at `now`: the message to send, or why it is skipped. */
export function decide({ letters }: LetterGroup, options: ReplayOptions, now: number): Decision {
  const [oldest] = letters;
  if (letters.some(({ origin }) => origin.kind === "event ids")) {
    return skip("EventIdsOnly");
  }
  if (letters.some(({ origin }) => origin.kind === "outcome")) return skip("OutcomeCopy");
  const edited = edit(oldest, options);
  const body = edited ?? oldest.intentBody;
  const reading = edited === undefined ? oldest.reading : readIntent(edited, options.instances);
  if (reading.kind === "other" && !options.includeInvalid) return skip("NotAnIntent", reading.message);

  const past = letters.map(({ history }) => history).reduce(mergeHistories);
  const isOther = isOtherRequest(oldest.reading, reading);
  if (isOther && past.effect === "unknown" && !options.acceptUnknownEffect) {
    return skip("UnknownEffect");
  }
  const isEdited = edited !== undefined && edited !== oldest.intentBody;
  const history = withoutStaleResult(nextHistory(past, options, now), reading, isEdited);
  const expired = whyExpired(reading, history, options, now);
  if (expired) return expired;

  const own = ownAttributes(oldest);
  const list = Object.entries(own).find(([, value]) => isList(value));
  if (list) return skip("ListAttribute", `its attribute ${list[0]} is a list, which SQS does not accept`);
  return {
    kind: "replay",
    message: {
      MessageBody: body,
      ...messageGroup(oldest.messageGroupId),
      MessageAttributes: { ...withHistory(own, history, oldest.reason) },
    },
    facts: {
      ...(reading.kind === "intent" && {
        intentId: reading.intent.intentId,
        clientToken: oldest.groupKey.startsWith("ct1-") && !isOther ? oldest.groupKey : reading.clientToken,
      }),
      isOtherRequest: isOther,
      isEdited,
      isRenewed: history.renewedAt === now,
      effect: history.effect,
    },
  };
}

/** A decision to skip; `why` says more about this dead letter than the reason's own sentence. */
export function skip(reason: SkipReason, why: string = skipSentences[reason]): Decision & { kind: "skip" } {
  return { kind: "skip", reason, why };
}

/** The body with all edits; undefined if there are none. */
function edit(letter: DeadLetter, options: ReplayOptions): string | undefined {
  const edits = [...(options.edits ?? [])];
  const { reading } = letter;
  if (options.ignoreExpiresAt && reading.kind === "intent" && reading.intent.expiresAt !== undefined) {
    edits.push({ path: ["detail", "expiresAt"], to: undefined });
  }
  if (options.newIdentity && reading.kind === "intent") {
    edits.push({ path: ["detail", "intentId"], to: nextIntentId(reading.intent.intentId) });
  }
  return edits.length > 0 ? editBody(letter.intentBody, edits) : undefined;
}

/** Whether the request would have another token. What was not an intent has never been requested. */
function isOtherRequest(before: IntentReading, after: IntentReading): boolean {
  return before.kind === "intent" && after.kind === "intent" && before.clientToken !== after.clientToken;
}

function nextHistory(past: History, { renew, newIdentity }: ReplayOptions, now: number): History {
  const replays = past.replays + 1;
  // A new intentId makes a new intent, whose age starts now. What may have happened before stays in its history.
  if (newIdentity) return { ...past, replays, firstSentAt: now, renewedAt: now };
  return { ...past, replays, ...(renew && { renewedAt: now }) };
}

/**
 * A result of Connect counts for the request that it answered. A refusal does not outlast an edit either: the edit may have
 * been made because of it, and an own `metadata` changes no token.
 */
function withoutStaleResult(history: History, reading: IntentReading, isEdited: boolean): History {
  const bound = historyOfToken(history, reading.kind === "intent" ? reading.clientToken : undefined);
  if (bound.result?.kind !== "refused" || !isEdited) return bound;
  const { result: _, ...others } = bound;
  return others;
}

/** Whether the function would refuse it immediately for its age, and which option helps. */
function whyExpired(
  reading: IntentReading,
  history: History,
  { maxIntentAgeMs, ignoreExpiresAt }: ReplayOptions,
  now: number,
): Decision | undefined {
  // An intent with a result needs no request.
  if (reading.kind === "other" || history.result) return undefined;
  const { intent } = reading;
  const refusal = checkAge(intent, { body: "", attributes: {} }, history, maxIntentAgeMs, now);
  if (!refusal) return undefined;
  if (!ignoreExpiresAt && intent.expiresAt !== undefined && now > intent.expiresAt) {
    return skip("ExpiresAtPassed", `${refusal.message}: only --ignore-expires-at overrides that`);
  }
  const canBeRenewed = now - (history.firstSentAt ?? now) <= maxRenewedAgeMs;
  return canBeRenewed
    ? skip("TooOld", `${refusal.message}: --renew helps`)
    : skip("TooOldToRenew", `${refusal.message}: only --new-identity helps`);
}

/** The message's own attributes: without ours and those of the AWS service that sent it here, and with the displaced ones. */
function ownAttributes({
  attributes,
  history,
  origin,
}: DeadLetter): Readonly<Record<string, MessageAttributeValue>> {
  const foreign = new Set([...Object.values<string>(attributeNames), ...serviceAttributes[origin.kind]]);
  const displaced = Object.entries(history.attributes ?? {}).map(
    ([name, { dataType, stringValue, binaryValue }]): [string, MessageAttributeValue] => [
      name,
      typeof binaryValue === "string"
        ? { DataType: dataType, BinaryValue: Buffer.from(binaryValue, "base64") }
        : { DataType: dataType, StringValue: stringValue },
    ],
  );
  const present = Object.entries(attributes).filter(([name]) => !foreign.has(name));
  return Object.fromEntries([...displaced, ...present]);
}

function isList({ StringListValues = [], BinaryListValues = [] }: MessageAttributeValue): boolean {
  return StringListValues.length > 0 || BinaryListValues.length > 0;
}
