import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Clock } from "../../lambda/ports.ts";
import { resolutionOf } from "../../lambda/resolve/resolve-effect.ts";
import { createBatcher, UndeliveredError } from "../../lambda/settle/batcher.ts";
import { type OutcomeSettings, observedOutcome } from "../../lambda/settle/outcome.ts";
import { outcomeBatching } from "../../lambda/settle/outcome-batching.ts";
import type { DeadLetter } from "../letters/letter.ts";
import type { MessageLease } from "../receive/lease.ts";
import type { WorkThrough } from "../receive/work.ts";
import type { AuditLog } from "../replay/audit-log.ts";
import { createDeleter } from "../replay/delete-letters.ts";
import { identify, type JudgedLetter } from "./judge-letter.ts";

export interface PublishDeps {
  readonly eventBridge: EventBridgeClient;
  readonly settings: OutcomeSettings;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly signal: AbortSignal;
}

export interface Published {
  /** Message ids of dead letters whose success is published and which are deleted. */
  readonly published: readonly string[];
  /** Message ids with the reason: still in the queue. */
  readonly failed: ReadonlyMap<string, string>;
  /** Why the run ended early, if not by its signal. */
  readonly stopped?: string;
}

/**
 * Publishes the success that the reads have proven, then deletes the dead letter: recorded first, and deleted only after
 * EventBridge has confirmed the outcome, so that at worst it is published twice under one client token.
 */
export async function publishObserved(
  judged: readonly JudgedLetter[],
  workThrough: WorkThrough,
  { eventBridge, settings, clock, audit, signal }: PublishDeps,
): Promise<Published> {
  const stopping = new AbortController();
  let stopped: string | undefined;
  const stop = (why: string) => {
    stopped ??= why;
    stopping.abort();
  };
  const ending = AbortSignal.any([signal, stopping.signal]);
  const deleteAll = createDeleter(audit, stop);
  const outcomes = createBatcher(
    outcomeBatching((Entries, abortSignal) =>
      eventBridge.send(new PutEventsCommand({ Entries }), { abortSignal }),
    ),
    ending,
    clock,
    Math.random,
  );
  const byId = new Map(judged.map((one) => [one.letter.messageId, one]));
  const published: string[] = [];
  const failed = new Map<string, string>();

  const publishOne = async (letter: DeadLetter, lease: MessageLease): Promise<boolean> => {
    const { messageId } = letter;
    const { judgement, readAt } = byId.get(messageId) ?? {};
    const identified = identify(letter);
    if (!identified || judgement?.found !== "moved" || readAt === undefined) return true;
    if (!(await lease.renew([messageId])).has(messageId)) return false;
    const { clientToken } = identified;
    const resolution = resolutionOf(judgement, readAt);
    try {
      audit.write([{ action: "resolving", messageId, clientToken, resolution }]);
      await outcomes.put(observedOutcome(identified, {}, resolution, settings));
    } catch (error) {
      if (!(error instanceof UndeliveredError)) stop((error as Error).message);
      failed.set(messageId, `the outcome was not published (${(error as Error).message})`);
      return true;
    }
    const why = (await deleteAll([messageId], lease)).get(messageId);
    if (why === undefined) published.push(messageId);
    else failed.set(messageId, `its success is published, and it is still in the queue: ${why}`);
    return true;
  };

  await workThrough({
    messageIds: byId.keys(),
    async onLetters(letters, lease) {
      const done = new Set<string>();
      for (let start = 0; start < letters.length && !ending.aborted; start += 10) {
        const batch = letters.slice(start, start + 10);
        await Promise.all(
          batch.map(async (letter) => {
            if (await publishOne(letter, lease)) done.add(letter.messageId);
          }),
        );
      }
      return done;
    },
    signal: ending,
  });
  return { published, failed, stopped };
}
