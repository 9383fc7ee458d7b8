import { succeededDetailType } from "../../events/detail-types.ts";
import type { Outcome } from "../../events/merge-outcomes.ts";
import { requestOf } from "../../lambda/intake/intent.ts";
import { describeRetryReason } from "../../lambda/runtime/retry-reasons.ts";
import type { Delivery } from "../aws/function-log.ts";
import { clientTokenOf, intentIdOf } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { describeResolution } from "../print/describe-resolution.ts";
import type { ChainContact } from "./chain.ts";
import { chainJson, describeChain } from "./describe-chain.ts";
import { instant } from "./instant.ts";
import type { Retried, Trace, TracedIntent } from "./trace.ts";

/** An instant of a life, in milliseconds since 1970. */
export interface TimelineEntry {
  readonly at: number;
  readonly kind: "retried" | "succeeded" | "failed" | "dead letter";
  readonly text: string;
  /** Of a dead letter. */
  readonly messageId?: string;
  /** Of a transfer: the contact that the contact became. */
  readonly newContactId?: string;
}

/** The timeline of each intent, and below it where the intent is now. */
export function describeTrace(
  intents: readonly TracedIntent[],
  { chain, verdicts = [] }: TracedChain,
): string {
  return [
    ...intents.map(describeIntent),
    ...(chain.length > 0 ? [describeChain(chain)] : []),
    ...(verdicts.length > 0 ? [["Connect's reads of unknown effects:", ...verdicts].join("\n  ")] : []),
  ].join("\n\n");
}

/** The contacts of a trace, and verdicts on its dead letters if Connect was asked. */
export interface TracedChain {
  readonly chain: readonly ChainContact[];
  readonly verdicts?: readonly string[];
}

/** The trace as `--json` prints it. */
export function traceJson(
  { outcomes, letters, mayBeMore }: Trace,
  intents: readonly TracedIntent[],
  { chain, verdicts }: TracedChain,
) {
  return {
    intents: intents.map(({ key, state, deliveries }) => ({
      key,
      ...state,
      ...("since" in state && { since: iso(state.since) }),
      ...("nextAt" in state && state.nextAt !== undefined && { nextAt: iso(state.nextAt) }),
      deliveries: deliveries.map(({ at, nextAt, ...delivery }) => ({
        at: iso(at),
        ...delivery,
        ...(nextAt !== undefined && { nextAt: iso(nextAt) }),
      })),
    })),
    outcomes,
    deadLetters: letters.map((letter) => ({
      messageId: letter.messageId,
      intentId: intentIdOf(letter),
      clientToken: clientTokenOf(letter),
      reason: letter.reason,
      message: letter.message,
      failedAt: iso(letter.failedAt),
      replays: letter.history.replays,
    })),
    chain: chainJson(chain),
    verdicts,
    mayBeMore,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** What happened to an intent, the earliest first. */
export function timelineOf({ outcomes, letters, deliveries }: TracedIntent): TimelineEntry[] {
  const entries = [
    ...describeRetriesOf(deliveries),
    ...outcomes.map(describeOutcome),
    ...letters.map(describeLetter),
  ];
  // EventBridge's times are whole seconds: within one, an outcome comes before the dead letter that follows it.
  const second = ({ at }: TimelineEntry) => Math.floor(at / 1000);
  return entries.toSorted((a, b) => second(a) - second(b));
}

/** What an intent asks for, as far as anything of it shows that. */
export function identityOf({ outcomes, letters, deliveries }: TracedIntent) {
  const intent = letters.map(({ reading }) => reading).find((reading) => reading.kind === "intent")?.intent;
  const detail = outcomes.find(({ detail }) => detail.request)?.detail ?? outcomes[0]?.detail;
  const request = detail?.request ?? (intent && requestOf(intent));
  return {
    intentId: detail?.intentId ?? intent?.intentId ?? deliveries[0]?.intentId,
    contactId: request?.contactId ?? deliveries[0]?.contactId,
    request,
  };
}

function describeIntent(intent: TracedIntent): string {
  const lines = timelineOf(intent).map(({ at, text }) => `  ${instant(at)}  ${text}`);
  return [titleOf(intent), ...lines, `  ${describeState(intent)}`].join("\n");
}

function titleOf(traced: TracedIntent): string {
  const { key } = traced;
  const { intentId, request, ...identity } = identityOf(traced);
  const title = intentId === key ? key : `${intentId ?? "an intent that could not be read"} (${key})`;
  if (!request) return identity.contactId === undefined ? title : `${title}\n  contact ${identity.contactId}`;
  const { contactId, contactFlowId, queueId, userId } = request;
  const destination = queueId ? `, queue ${queueId}` : userId ? `, user ${userId}` : "";
  return `${title}\n  contact ${contactId} → flow ${contactFlowId}${destination}`;
}

/** Retries for the same reason in a row are one line. */
function describeRetriesOf(deliveries: readonly Delivery[]): TimelineEntry[] {
  const runs: Delivery[][] = [];
  for (const delivery of deliveries.filter(({ status }) => status === "retry")) {
    const last = runs.at(-1);
    if (last && last[0]?.reason === delivery.reason) last.push(delivery);
    else runs.push([delivery]);
  }
  return runs.map((run) => {
    const { at = 0, reason = "", error } = run[0] ?? {};
    const times = run.length > 1 ? `, ${run.length} times until ${instant(run.at(-1)?.at ?? at)}` : "";
    return {
      at,
      kind: "retried",
      text: `retried, ${reason}${error === undefined ? "" : ` (${error})`}${times}`,
    };
  });
}

function describeOutcome(outcome: Outcome): TimelineEntry {
  const at = Date.parse(String(outcome.time));
  const { receiveCount, shadow, resolution } = outcome.detail;
  const reads = resolution ? `. Connect's reads: ${describeResolution(resolution)}` : "";
  const receive = receiveCount === undefined ? "" : `, receive ${receiveCount}`;
  if (outcome["detail-type"] === succeededDetailType) {
    const { contactId } = outcome.detail.response;
    const text = shadow
      ? `would be transferred (shadow)${receive}`
      : `succeeded: now contact ${contactId}${receive}`;
    return { at, kind: "succeeded", text: text + reads, newContactId: shadow ? undefined : contactId };
  }
  const { reason, message, effect } = outcome.detail.failure;
  return {
    at,
    kind: "failed",
    text: `failed, ${reason}: ${message} (effect ${effect}${receive}${shadow ? ", shadow" : ""})${reads}`,
  };
}

function describeLetter({ messageId, reason, failedAt, history }: DeadLetter): TimelineEntry {
  const { replays } = history;
  const before = replays > 0 ? `, replayed ${replays === 1 ? "once" : `${replays} times`} before` : "";
  return {
    at: failedAt,
    kind: "dead letter",
    messageId,
    text: `in the dead-letter queue: ${reason}, message ${messageId}${before}`,
  };
}

/** Where an intent is. */
export function describeState({ state }: TracedIntent): string {
  switch (state.kind) {
    case "succeeded":
      return state.isShadow
        ? "outcome: Succeeded in shadow mode; nothing was transferred"
        : "outcome: Succeeded";
    case "failed":
      return state.isDeadLettered
        ? "outcome: Failed; see dlq show for details"
        : "outcome: Failed; its dead letter was not seen in the queue: replayed, discarded, or in flight";
    case "ended":
      return `the function's log says ${state.status}; its outcome is not in the outcome log`;
    case "waiting":
      return `waiting for Connect's pace since ${describeRetried(state)}`;
    case "retrying":
      return `being retried since ${describeRetried(state)}. ${describeRetryReason(state.reason)}`;
  }
}

function describeRetried({ since, reason, error, deliveries, nextAt }: Retried): string {
  const because = error === undefined ? reason : `${reason}, ${error}`;
  const times = deliveries === 1 ? "1 delivery" : `${deliveries} deliveries`;
  const next = nextAt === undefined ? "" : `, the next not before ${instant(nextAt)}`;
  return `${instant(since)} (${because}): ${times} so far${next}`;
}
