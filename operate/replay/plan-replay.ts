import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { checkAge, maxRenewedAgeMs } from "../../lambda/intake/age.ts";
import { attributeNames, type History } from "../../lambda/intake/history.ts";
import type { Instances } from "../../lambda/settings.ts";
import type { Outgoing } from "../aws/queue.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { mergeHistories, withHistory } from "../letters/letter-history.ts";
import { serviceAttributes } from "../letters/read-aws-origin.ts";
import { type IntentReading, readIntent } from "../letters/read-intent.ts";
import type { Received } from "../receive/receive-letters.ts";
import { type Edit, editBody } from "./edit-body.ts";
import { nextIntentId } from "./next-intent-id.ts";

/** How letters are put back. */
export interface ReplayOptions {
  readonly instances: Instances;
  /** The deployment's `maxIntentAge`. */
  readonly maxIntentAgeMs: number;
  readonly edits?: readonly Edit[];
  /** Their age counts from now, under the same identity. */
  readonly renew?: boolean;
  /** A new intentId: another request. */
  readonly newIdentity?: boolean;
  /** Takes `detail.expiresAt` away. */
  readonly ignoreExpiresAt?: boolean;
  /** Puts another request in the place of one that may have had an effect. */
  readonly acceptUnknownEffect?: boolean;
  /** Puts back even what is no intent. */
  readonly includeInvalid?: boolean;
}

/** Letters of one request: they are put back as one message. */
export interface LetterGroup {
  readonly key: string;
  /** The oldest comes first; its body is the one that is put back. */
  readonly letters: readonly [DeadLetter, ...DeadLetter[]];
}

/** Why letters stay where they are, and what helps. The keys are what `--json` says. */
export const skipSentences = {
  EventIdsOnly: "the record holds no event: send the events again where they were made",
  NotAnIntent: "not an intent: repair it by --set and --unset, or add --include-invalid",
  ExpiresAtPassed: "past their producer's expiresAt: only --ignore-expires-at overrides that",
  TooOld: "would expire at once: --renew lets their age count from now",
  TooOldToRenew: "first sent more than 6 days ago: only --new-identity helps",
  UnknownEffect:
    "an earlier request may have moved the contact, and this would be another one: look, then add --accept-unknown-effect",
  ListAttribute: "SQS does not take an attribute of theirs, which is a list",
  CannotSucceed: "Connect says that the contact cannot be transferred; list --check tells why",
  LeaseLost: "another took it meanwhile, or it was held for 12 hours: run it again",
} as const;
export type SkipReason = keyof typeof skipSentences;

export type Decision =
  | { readonly kind: "replay"; readonly message: Outgoing; readonly facts: ReplayFacts }
  | { readonly kind: "skip"; readonly reason: SkipReason; readonly why: string };

/** What is worth knowing of a message that is put back. */
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

/** Groups letters of the same request, in the order of their oldest. */
export function groupLetters(letters: readonly DeadLetter[]): LetterGroup[] {
  const byKey = Map.groupBy(
    letters.toSorted((a, b) => a.sentAt - b.sentAt),
    ({ groupKey }) => groupKey,
  );
  return Array.from(byKey, ([key, [oldest, ...others]]) => ({ key, oldest, others })).flatMap(
    ({ key, oldest, others }) => (oldest ? [{ key, letters: [oldest, ...others] }] : []),
  );
}

/** Decides what becomes of a group at `now`: the message that is put back, or why it is not. */
export function decide({ letters }: LetterGroup, options: ReplayOptions, now: number): Decision {
  const [oldest] = letters;
  if (letters.some(({ origin }) => origin.kind === "event ids")) {
    return skip("EventIdsOnly");
  }
  const edited = edit(oldest, options);
  const body = edited ?? oldest.intentBody;
  const reading = edited === undefined ? oldest.reading : readIntent(edited, options.instances);
  if (reading.kind === "other" && !options.includeInvalid) return skip("NotAnIntent", reading.message);

  const past = letters.map(({ history }) => history).reduce(mergeHistories);
  const isOther = isOtherRequest(oldest.reading, reading);
  if (isOther && past.effect === "unknown" && !options.acceptUnknownEffect) {
    return skip("UnknownEffect");
  }
  const history = nextHistory(past, options, now);
  const expired = whyExpired(reading, history, options, now);
  if (expired) return expired;

  const own = ownAttributes(oldest);
  const list = Object.entries(own).find(([, value]) => isList(value));
  if (list) return skip("ListAttribute", `SQS does not take its attribute ${list[0]}, which is a list`);
  return {
    kind: "replay",
    message: { MessageBody: body, MessageAttributes: { ...withHistory(own, history, oldest.reason) } },
    facts: {
      ...(reading.kind === "intent" && {
        intentId: reading.intent.intentId,
        clientToken: oldest.groupKey.startsWith("ct1-") && !isOther ? oldest.groupKey : reading.clientToken,
      }),
      isOtherRequest: isOther,
      isEdited: edited !== undefined && edited !== oldest.intentBody,
      isRenewed: history.renewedAt === now,
      effect: history.effect,
    },
  };
}

/** A decision against; `why` says more of this letter than the reason's own sentence. */
export function skip(reason: SkipReason, why: string = skipSentences[reason]): Decision & { kind: "skip" } {
  return { kind: "skip", reason, why };
}

/** The body with everything changed that is asked for; undefined where nothing is. */
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

/** Whether Connect would be asked under another token. What was no intent has never been asked. */
function isOtherRequest(before: IntentReading, after: IntentReading): boolean {
  return before.kind === "intent" && after.kind === "intent" && before.clientToken !== after.clientToken;
}

function nextHistory(past: History, { renew, newIdentity }: ReplayOptions, now: number): History {
  const replays = past.replays + 1;
  // A new identity is a new intent: it is as old as this moment. What may have happened before stays as it was told.
  if (newIdentity) return { ...past, replays, firstSentAt: now, renewedAt: now };
  return { ...past, replays, ...(renew && { renewedAt: now }) };
}

/** What the function would say at once, and which option helps. */
function whyExpired(
  reading: IntentReading,
  history: History,
  { maxIntentAgeMs, ignoreExpiresAt }: ReplayOptions,
  now: number,
): Decision | undefined {
  if (reading.kind === "other") return undefined;
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

/** The message's own attributes: without ours, without those of the service that put it here, and with the displaced. */
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
