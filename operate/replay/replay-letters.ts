import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../lambda/ports.ts";
import { messageBytes } from "../../lambda/settle/queue-message.ts";
import type { Outgoing, Queue } from "../aws/queue.ts";
import { hashOf } from "../letters/hash.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { inBatches } from "../receive/batches.ts";
import type { MessageLease } from "../receive/lease.ts";
import { createStopper, type Stopper } from "../receive/stopper.ts";
import type { WorkThrough } from "../receive/work.ts";
import type { AuditLog } from "./audit-log.ts";
import { createDeleter, type DeleteLetters } from "./delete-letters.ts";
import {
  type Decision,
  decide,
  type LetterGroup,
  type ReplayFacts,
  type ReplayOptions,
  replayedMessage,
} from "./plan-replay.ts";
import { createRateLimiter, type RateLimiter } from "./rate-limiter.ts";
import { sendMessages, whyNotSent } from "./send-messages.ts";
import { editLetter } from "./sketch-letter.ts";
import type { SkipReason } from "./skip-reasons.ts";

/** What happened to a group. */
export type ReplayResult =
  | {
      readonly kind: "replayed";
      readonly group: LetterGroup;
      readonly facts: ReplayFacts;
      /** Of the message in the intent queue. */
      readonly messageId: string;
      /** The hash of the body that was sent. */
      readonly bodyHash: string;
      readonly replayedAt: number;
      /** Why some of it may still be in the dead-letter queue, by message id. */
      readonly undeleted: ReadonlyMap<string, string>;
    }
  | {
      readonly kind: "failed";
      readonly group: LetterGroup;
      readonly why: string;
      /** The answer is missing: it may be in the intent queue too. */
      readonly maybeSent: boolean;
    }
  | {
      readonly kind: "skipped";
      readonly group: LetterGroup;
      readonly reason: SkipReason;
      readonly why: string;
    };

export interface ReplayDeps {
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

export interface Replayed {
  readonly results: readonly ReplayResult[];
  /** Why the run ended early, if not by its signal. */
  readonly stopped?: string;
}

/** So many groups share the two writes of the audit file, each of which waits for the disk. */
const groupsAtOnce = 50;
/** Of these, in turn: what a kill can leave in both queues is at most this many. */
const partsAtOnce = 4;

/**
 * Replays groups at the rate, the oldest of a window first. The order for each is: record what is about to be sent, send,
 * read its entry of the answer, record it, delete. What is not confirmed as sent is never deleted, so that at any moment a
 * message is in the dead-letter queue, in the intent queue, or in both.
 */
export async function replayLetters(
  groups: readonly LetterGroup[],
  workThrough: WorkThrough,
  deps: ReplayDeps,
): Promise<Replayed> {
  const stopper = createStopper(deps.signal);
  const run = new ReplayRun(groups, deps, stopper);
  const left = await workThrough({
    messageIds: groups.flatMap(({ letters }) => letters.map(({ messageId }) => messageId)),
    onLetters: (letters, lease) => run.replay(letters, lease),
    signal: stopper.signal,
  });
  return { results: run.results(left), stopped: stopper.stopped };
}

/** The dead letters of a group that are in the window. */
interface Present {
  readonly group: LetterGroup;
  readonly letters: readonly [DeadLetter, ...DeadLetter[]];
}

interface Ready extends Present {
  readonly decision: Decision & { kind: "replay" };
  readonly message: Outgoing;
}

class ReplayRun {
  readonly #deps: ReplayDeps;
  readonly #stopper: Stopper;
  readonly #groups: readonly LetterGroup[];
  readonly #groupOf = new Map<string, LetterGroup>();
  readonly #results = new Map<LetterGroup, ReplayResult>();
  readonly #limiter: RateLimiter;
  readonly #delete: DeleteLetters;

  constructor(groups: readonly LetterGroup[], deps: ReplayDeps, stopper: Stopper) {
    this.#groups = groups;
    this.#deps = deps;
    this.#stopper = stopper;
    this.#limiter = createRateLimiter(deps.perSecond, deps.clock);
    this.#delete = createDeleter(deps.audit, stopper.stop);
    for (const group of groups) {
      for (const { messageId } of group.letters) this.#groupOf.set(messageId, group);
    }
  }

  /** The results so far, and of those that nobody got hold of. What the run did not come to has none. */
  results(left: ReadonlySet<string>): readonly ReplayResult[] {
    const lost = this.#stopper.signal.aborted
      ? []
      : this.#groups.filter(
          (group) => !this.#results.has(group) && group.letters.every(({ messageId }) => left.has(messageId)),
        );
    const why = "another consumer received it meanwhile, or still has it";
    return [
      ...this.#results.values(),
      ...lost.map((group) => ({ kind: "skipped", group, reason: "LeaseLost", why }) as const),
    ];
  }

  /** Replays the groups of these dead letters. Returns the ids that need not be received again. */
  async replay(letters: readonly DeadLetter[], lease: MessageLease): Promise<ReadonlySet<string>> {
    const present = this.#presentIn(letters);
    const done = new Set<string>();
    const underWay = new Set<Promise<void>>();
    const work = async (part: readonly Present[]) => {
      for (const messageId of await this.#replayPart(part, lease)) done.add(messageId);
    };
    for (let next = 0; next < present.length && !this.#stopper.signal.aborted; ) {
      const slots = await this.#limiter.acquire(groupsAtOnce, this.#stopper.signal).catch(() => 0);
      const part = present.slice(next, next + slots);
      next += part.length;
      const running: Promise<void> = work(part).finally(() => underWay.delete(running));
      underWay.add(running);
      if (underWay.size >= partsAtOnce) await Promise.race(underWay);
      else await setImmediate();
    }
    await Promise.all(underWay);
    return done;
  }

  #presentIn(letters: readonly DeadLetter[]): Present[] {
    const byGroup = Map.groupBy(letters, ({ messageId }) => this.#groupOf.get(messageId));
    return Array.from(byGroup, ([group, [first, ...others]]) =>
      group && first ? [{ group, letters: [first, ...others] as const }] : [],
    ).flat();
  }

  async #replayPart(part: readonly Present[], lease: MessageLease): Promise<readonly string[]> {
    const { options, clock } = this.#deps;
    const leased = await lease.renew(idsOf(part));
    const ready: Ready[] = [];
    const done: string[] = [];
    for (const { group, letters } of part) {
      const [first, ...others] = letters.filter(({ messageId }) => leased.has(messageId));
      if (!first) continue; // to be received again
      const held = { group, letters: [first, ...others] as const };
      const known = this.#results.get(group);
      if (known) {
        done.push(...(await this.#handleCopies(held, known, lease)));
        continue;
      }
      const decision = decide(group, options, clock.now());
      if (decision.kind === "replay") {
        ready.push({ ...held, decision, message: replayedMessage(first, decision.history, options) });
      } else {
        this.#report({ kind: "skipped", group, reason: decision.reason, why: decision.why });
        done.push(...idsOf([held]));
      }
    }
    if (ready.length === 0 || this.#stopper.signal.aborted) return done;
    await this.#sendThenDelete(ready, lease);
    return [...done, ...idsOf(ready)];
  }

  /** What came into the window after its copy was replayed. */
  async #handleCopies({ letters }: Present, known: ReplayResult, lease: MessageLease): Promise<string[]> {
    const ids = letters.map(({ messageId }) => messageId);
    if (known.kind !== "replayed") return ids;
    try {
      this.#deps.audit.write([{ action: "deleted copy", messageIds: ids, newMessageId: known.messageId }]);
      await this.#delete(ids, lease);
    } catch (error) {
      this.#stopper.stop((error as Error).message);
    }
    return ids;
  }

  async #sendThenDelete(part: readonly Ready[], lease: MessageLease): Promise<void> {
    const { clock, audit, options } = this.#deps;
    try {
      audit.write(part.map((ready) => auditEntry(ready, options)));
    } catch (error) {
      const { message: why } = error as Error;
      this.#stopper.stop(why);
      for (const { group } of part) this.#report({ kind: "failed", group, why, maybeSent: false });
      return;
    }
    const answered = await this.#send(part);
    const replayedAt = clock.now();
    const sent = answered.flatMap(({ ready, answer }) => (answer?.isDone ? [{ ready, answer }] : []));
    try {
      audit.write(
        sent.map(({ ready: { letters }, answer: { messageId = "" } }) => ({
          action: "replayed",
          messageIds: letters.map((letter) => letter.messageId),
          newMessageId: messageId,
        })),
      );
    } catch (error) {
      // Its line `replaying` is on the disk. To keep it in both queues would be no better.
      this.#stopper.stop((error as Error).message);
    }
    const undeleted = await this.#delete(idsOf(sent.map(({ ready }) => ready)), lease);
    for (const { ready, answer } of answered) {
      const { group, decision, message, letters } = ready;
      this.#report(
        answer?.isDone
          ? {
              kind: "replayed",
              group,
              facts: decision.facts,
              messageId: answer.messageId ?? "",
              bodyHash: hashOf(message.MessageBody ?? ""),
              replayedAt,
              undeleted: undeleted.size > 0 ? onlyOf(letters, undeleted) : undeleted,
            }
          : { kind: "failed", group, ...whyNotSent(answer) },
      );
    }
  }

  /** Sends messages, all batches at the same time, and returns the answer for each. */
  async #send(part: readonly Ready[]) {
    const { intentQueue: queue, clock } = this.#deps;
    const { signal, stop: onHopeless } = this.#stopper;
    const batches = inBatches(part, ({ message }) => messageBytes(message)).map(async (batch) => {
      const messages = batch.map(({ message }) => message);
      const answers = await sendMessages(messages, { queue, clock, onHopeless, signal });
      return batch.map((ready, index) => ({ ready, answer: answers[index] }));
    });
    return (await Promise.all(batches)).flat();
  }

  #report(result: ReplayResult): void {
    this.#results.set(result.group, result);
    this.#deps.onResult?.(result);
  }
}

function idsOf(present: readonly Present[]): string[] {
  return present.flatMap(({ letters }) => letters.map(({ messageId }) => messageId));
}

function onlyOf(letters: readonly DeadLetter[], undeleted: ReadonlyMap<string, string>) {
  const own = new Set(letters.map(({ messageId }) => messageId));
  return new Map([...undeleted].filter(([messageId]) => own.has(messageId)));
}

function auditEntry({ letters, decision: { facts } }: Ready, options: ReplayOptions) {
  const [first] = letters;
  const edited = editLetter(first, options);
  const messageIds = letters.map(({ messageId }) => messageId);
  // Not the changes of the plan, which may be cut: these can be undone.
  const changes = "changes" in edited ? edited.changes : [];
  return { action: "replaying", messageIds, reason: first.reason, ...facts, changes } as const;
}
