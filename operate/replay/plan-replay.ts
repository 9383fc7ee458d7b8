import { checkAge, maxRenewedAgeMs } from "../../lambda/intake/age.ts";
import { type History, historyOfToken } from "../../lambda/intake/history.ts";
import { messageGroup } from "../../lambda/settle/dead-letter.ts";
import { withHistory } from "../../lambda/settle/enqueued-message.ts";
import type { Outgoing } from "../aws/queue.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { mergeHistories } from "../letters/letter-history.ts";
import type { Received } from "../receive/receive-letters.ts";
import type { Change } from "./edit-body.ts";
import {
  type EditOptions,
  editLetter,
  type LetterSketch,
  ownAttributes,
  type Prepared,
  sketchLetter,
} from "./sketch-letter.ts";
import { type SkipReason, skipSentences } from "./skip-reasons.ts";

/** How dead letters are replayed. */
export interface ReplayOptions extends EditOptions {
  /** The deployment's `maxIntentAge`. */
  readonly maxIntentAgeMs: number;
  /** The age counts from now, under the same intentId. */
  readonly renew?: boolean;
  /** Makes another request even if an earlier one may have transferred the contact. */
  readonly acceptUnknownEffect?: boolean;
}

/** Copies: dead letters of one request with the same content. They are replayed as one message. */
export interface LetterGroup {
  /** The oldest comes first. */
  readonly letters: readonly [LetterSketch, ...LetterSketch[]];
  /** Of all copies, and with the worst effect of all dead letters of the request, whatever their content. */
  readonly past: History;
  /** How many dead letters of the same request have another content: each is sent under the same token. */
  readonly variants: number;
}

export type Decision =
  | { readonly kind: "replay"; readonly history: History; readonly facts: ReplayFacts }
  | { readonly kind: "skip"; readonly reason: SkipReason; readonly why: string };

/** The facts about a message that is replayed. */
export interface ReplayFacts {
  readonly intentId?: string;
  /** Undefined if only the function knows the instance. */
  readonly clientToken?: string;
  /** Another request than the one that failed. */
  readonly isOtherRequest: boolean;
  readonly isEdited: boolean;
  readonly isRenewed: boolean;
  readonly effect: History["effect"];
  readonly changes: readonly Change[];
}

/** A group, and what is decided about it. */
export interface Planned {
  readonly group: LetterGroup;
  readonly decision: Decision;
}

/** What the preview shows and the run then does. */
export interface ReplayPlan {
  readonly planned: readonly Planned[];
  readonly received: Pick<Received<unknown>, "seen" | "mayBeMore">;
  readonly perSecond: number;
  readonly assumed?: string;
  /** What is replayed waits until the stack is resumed. */
  readonly isPaused?: boolean;
}

/** Groups copies, in the order of their oldest. */
export function groupLetters(letters: readonly LetterSketch[]): LetterGroup[] {
  const sorted = letters.toSorted((a, b) => a.sentAt - b.sentAt);
  const byRequest = Map.groupBy(sorted, ({ groupKey }) => groupKey);
  const groups = [...byRequest.values()].flatMap((twins) => {
    const copies = [...Map.groupBy(twins, ({ contentKey }) => contentKey).values()];
    const all = twins.map(({ history }) => history).reduce(mergeHistories);
    return copies.flatMap(([oldest, ...others]) => {
      if (!oldest) return [];
      const own = [oldest, ...others].map(({ history }) => history).reduce(mergeHistories);
      const past = { ...own, effect: all.effect, ...(all.result && { result: all.result }) };
      return [{ letters: [oldest, ...others] as const, past, variants: copies.length - 1 }];
    });
  });
  return groups.toSorted(({ letters: [a] }, { letters: [b] }) => a.sentAt - b.sentAt);
}

/** Decides about a group at `now`: that it is sent, or why it is skipped. */
export function decide(
  { letters: [oldest], past }: LetterGroup,
  options: ReplayOptions,
  now: number,
): Decision {
  const { prepared } = oldest;
  if (prepared.kind === "skip") return skip(prepared.reason, prepared.why);
  const { isOtherRequest, isEdited, clientToken, intent, changes } = prepared;
  if (isOtherRequest && past.effect === "unknown" && !options.acceptUnknownEffect) {
    return skip("UnknownEffect");
  }
  const history = withoutStaleResult(nextHistory(past, options, now), prepared);
  const expired = whyExpired(intent, history, options, now);
  if (expired) return expired;
  return {
    kind: "replay",
    history,
    facts: {
      ...(intent && { intentId: intent.intentId, clientToken }),
      isOtherRequest,
      isEdited,
      isRenewed: history.renewedAt === now,
      effect: history.effect,
      changes,
    },
  };
}

/** What would be decided about a dead letter if it were the only one of its request. */
export function decideAlone(letter: DeadLetter, options: ReplayOptions, now: number): Decision {
  const sketch = sketchLetter(letter, options);
  return decide({ letters: [sketch], past: sketch.history, variants: 0 }, options, now);
}

/** The message that a replay sends for a group: of any of its dead letters, since they have the same content. */
export function replayedMessage(letter: DeadLetter, history: History, options: EditOptions): Outgoing {
  const edited = editLetter(letter, options);
  return {
    MessageBody: "body" in edited ? edited.body : letter.intentBody,
    ...messageGroup(letter.messageGroupId),
    MessageAttributes: { ...withHistory(ownAttributes(letter), history, letter.reason) },
  };
}

/** A decision to skip; `why` says more about this dead letter than the reason's own sentence. */
export function skip(reason: SkipReason, why: string = skipSentences[reason]): Decision & { kind: "skip" } {
  return { kind: "skip", reason, why };
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
function withoutStaleResult(
  history: History,
  { intent, clientToken, isOtherRequest, isEdited }: Prepared & { kind: "ready" },
): History {
  const isSameRequest = intent !== undefined && !isOtherRequest && clientToken === undefined;
  const bound = isSameRequest ? history : historyOfToken(history, clientToken);
  if (bound.result?.kind !== "refused" || !isEdited) return bound;
  const { result: _, ...others } = bound;
  return others;
}

/** Whether the function would refuse it immediately for its age, and which option helps. */
function whyExpired(
  intent: (Prepared & { kind: "ready" })["intent"],
  history: History,
  { maxIntentAgeMs, ignoreExpiresAt }: ReplayOptions,
  now: number,
): Decision | undefined {
  // An intent with a result needs no request.
  if (intent === undefined || history.result) return undefined;
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
