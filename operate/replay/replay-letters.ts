import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../lambda/ports.ts";
import { messageBytes } from "../../lambda/settle/queue-message.ts";
import { isHopeless } from "../aws/explain-error.ts";
import type { EntryAnswer, Outgoing, Queue } from "../aws/queue.ts";
import { inBatches, maxBatchEntries } from "../receive/batches.ts";
import type { MessageLease } from "../receive/lease.ts";
import type { AuditLog } from "./audit-log.ts";
import {
  type Decision,
  decide,
  type LetterGroup,
  type ReplayFacts,
  type ReplayOptions,
  type SkipReason,
  skip,
} from "./plan-replay.ts";
import { createRateLimiter } from "./rate-limiter.ts";

/** What happened to a group. */
export type ReplayResult =
  | {
      readonly kind: "replayed";
      readonly group: LetterGroup;
      readonly facts: ReplayFacts;
      /** Of the message in the intent queue. */
      readonly messageId: string;
      readonly replayedAt: number;
      /** Why some of it is still in the dead-letter queue, by message id. */
      readonly undeleted: ReadonlyMap<string, string>;
    }
  | { readonly kind: "failed"; readonly group: LetterGroup; readonly why: string }
  | {
      readonly kind: "skipped";
      readonly group: LetterGroup;
      readonly reason: SkipReason;
      readonly why: string;
    };

export interface ReplayDeps {
  readonly lease: MessageLease;
  readonly intentQueue: Queue;
  readonly clock: Clock;
  readonly audit: AuditLog;
  /** Messages per second; Infinity for no limit. */
  readonly perSecond: number;
  readonly options: ReplayOptions;
  readonly onResult?: (result: ReplayResult) => void;
  /** Ends the run after the batch under way. */
  readonly signal: AbortSignal;
}

const batchesAtOnce = 8;
const maxSendAttempts = 3;

/**
 * Replays groups in their order and at the rate. The order for each is: send, read its entry of the answer, record it,
 * delete. What is not confirmed as sent is never deleted, so that at any moment a message is in the dead-letter queue, in
 * the intent queue, or in both.
 */
export async function replayLetters(
  groups: readonly LetterGroup[],
  deps: ReplayDeps,
): Promise<ReplayResult[]> {
  const { clock, perSecond, signal, onResult } = deps;
  const results: ReplayResult[] = [];
  const limiter = createRateLimiter(perSecond, clock);
  const underWay = new Set<Promise<void>>();
  const hopeless = new AbortController();
  const stopping = AbortSignal.any([signal, hopeless.signal]);

  const work = async (batch: readonly LetterGroup[]) => {
    for (const result of await replayBatch(batch, deps, () => hopeless.abort())) {
      results.push(result);
      onResult?.(result);
    }
  };
  for (let next = 0; next < groups.length && !stopping.aborted; ) {
    const slots = await limiter.acquire(maxBatchEntries, stopping).catch(() => 0);
    const batch = groups.slice(next, next + slots);
    next += batch.length;
    const running: Promise<void> = work(batch).finally(() => underWay.delete(running));
    underWay.add(running);
    if (underWay.size >= batchesAtOnce) await Promise.race(underWay);
    else await setImmediate();
  }
  await Promise.all(underWay);
  return results;
}

interface Ready {
  readonly group: LetterGroup;
  readonly decision: Decision & { kind: "replay" };
}

async function replayBatch(
  groups: readonly LetterGroup[],
  deps: ReplayDeps,
  onHopeless: () => void,
): Promise<ReplayResult[]> {
  const { lease, options, clock } = deps;
  const leased = await lease.renew(
    groups.flatMap(({ letters }) => letters.map(({ messageId }) => messageId)),
  );
  const results: ReplayResult[] = [];
  const ready: Ready[] = [];
  for (const group of groups) {
    const decision: Decision = leased.has(group.letters[0].messageId)
      ? decide(group, options, clock.now())
      : skip("LeaseLost");
    if (decision.kind === "replay") ready.push({ group, decision });
    else results.push({ kind: "skipped", group, reason: decision.reason, why: decision.why });
  }
  for (const batch of inBatches(ready, ({ decision }) => messageBytes(decision.message))) {
    results.push(...(await sendThenDelete(batch, deps, onHopeless)));
  }
  return results;
}

async function sendThenDelete(
  batch: readonly Ready[],
  { intentQueue, lease, clock, audit }: ReplayDeps,
  onHopeless: () => void,
): Promise<ReplayResult[]> {
  const answers = await send(
    intentQueue,
    batch.map(({ decision }) => decision.message),
    onHopeless,
  );
  const sent = batch.flatMap(({ group, decision }, index) => {
    const answer = answers[index];
    return answer?.isDone ? [{ group, facts: decision.facts, messageId: answer.messageId ?? "" }] : [];
  });
  const replayedAt = clock.now();
  audit.write(sent.map(({ group, facts, messageId }) => auditEntry(group, facts, messageId)));
  const ids = sent.flatMap(({ group }) => group.letters.map(({ messageId }) => messageId));
  const undeleted = await lease.delete(ids).catch((error) => {
    if (isHopeless(error)) onHopeless();
    return new Map(ids.map((id) => [id, (error as Error).message]));
  });
  if (undeleted.size > 0)
    audit.write(Array.from(undeleted, ([messageId, why]) => ({ action: "kept", messageId, why })));

  return batch.map(({ group }, index): ReplayResult => {
    const answer = answers[index];
    const done = sent.find((candidate) => candidate.group === group);
    if (!done) return { kind: "failed", group, why: whyNotSent(answer) };
    const left = group.letters.filter(({ messageId }) => undeleted.has(messageId));
    const whyLeft = new Map(left.map(({ messageId }) => [messageId, undeleted.get(messageId) ?? ""]));
    return { kind: "replayed", ...done, replayedAt, undeleted: whyLeft };
  });
}

/** Entries that failed through no fault of their own are sent again. If a whole call throws, all that is left fails. */
async function send(
  queue: Queue,
  messages: readonly Outgoing[],
  onHopeless: () => void,
): Promise<readonly EntryAnswer[]> {
  const answers: EntryAnswer[] = [];
  let left = messages.map((message, index) => ({ message, index }));
  for (let attempt = 1; left.length > 0 && attempt <= maxSendAttempts; attempt++) {
    const these = left;
    const given = await queue
      .send(these.map(({ message }) => message))
      .catch((error): readonly EntryAnswer[] => {
        if (isHopeless(error)) onHopeless();
        const { message } = error as Error;
        return these.map(() => ({ isDone: false, code: "Unanswered", message, isPermanent: true }));
      });
    for (const [place, { index }] of these.entries()) answers[index] = given[place] ?? unconfirmed;
    left = these.filter(({ index }) => {
      const answer = answers[index];
      return answer && !answer.isDone && !answer.isPermanent;
    });
  }
  return answers;
}

const unconfirmed: EntryAnswer = {
  isDone: false,
  code: "Unconfirmed",
  message: "the answer does not mention it",
  isPermanent: false,
};

function whyNotSent(answer: EntryAnswer = unconfirmed): string {
  if (answer.isDone) return "";
  return answer.code === "Unanswered" ? answer.message : `${answer.code}: ${answer.message}`;
}

function auditEntry(group: LetterGroup, facts: ReplayFacts, newMessageId: string) {
  const messageIds = group.letters.map(({ messageId }) => messageId);
  return { action: "replayed", messageIds, newMessageId, reason: group.letters[0].reason, ...facts } as const;
}
