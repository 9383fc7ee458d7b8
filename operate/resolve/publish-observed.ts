import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import type { Resolution } from "../../events/generated/contact-transfer-failed.ts";
import type { Clock } from "../../lambda/ports.ts";
import { resolutionOf } from "../../lambda/resolve/resolve-effect.ts";
import { createBatcher } from "../../lambda/settle/batcher.ts";
import { type OutcomeSettings, observedOutcome } from "../../lambda/settle/outcome.ts";
import { outcomeBatching } from "../../lambda/settle/outcome-batching.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { inBatches } from "../receive/batches.ts";
import type { MessageLease } from "../receive/lease.ts";
import { createStopper } from "../receive/stopper.ts";
import type { WorkThrough } from "../receive/work.ts";
import type { AuditLog } from "../replay/audit-log.ts";
import { createDeleter } from "../replay/delete-letters.ts";
import { identify, type JudgedLetter } from "./judge-letter.ts";

export interface PublishDeps {
  readonly eventBridge: EventBridgeClient;
  readonly settings: OutcomeSettings;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly onPublished?: (messageId: string) => void;
  /** Ends the work after the batch under way. */
  readonly signal: AbortSignal;
}

export interface Published {
  /** Message ids of dead letters whose success is published and which are deleted. */
  readonly published: readonly string[];
  /** Message ids with the reason: they may still be in the queue. */
  readonly failed: ReadonlyMap<string, string>;
  /** Why the run ended early, if not by its signal. */
  readonly stopped?: string;
}

/** So many batches in a row of which EventBridge confirms nothing end the run: the next ones would fare no better. */
const maxFruitless = 3;

/**
 * Publishes the success that the reads have proven, then deletes the dead letter: recorded first, and deleted only after
 * EventBridge has confirmed the outcome, so that at worst it is published twice under one client token.
 */
export async function publishObserved(
  judged: readonly JudgedLetter[],
  workThrough: WorkThrough,
  { eventBridge, settings, clock, audit, onPublished, signal }: PublishDeps,
): Promise<Published> {
  const stopper = createStopper(signal);
  const deleteAll = createDeleter(audit, stopper.stop);
  const outcomes = createBatcher(
    outcomeBatching((Entries, abortSignal) =>
      eventBridge.send(new PutEventsCommand({ Entries }), { abortSignal }),
    ),
    // A call that is aborted may have published all the same: the batch under way is awaited.
    new AbortController().signal,
    clock,
    Math.random,
  );
  const byId = new Map(judged.map((one) => [one.letter.messageId, one]));
  const published: string[] = [];
  const failed = new Map<string, string>();

  let fruitless = 0;
  /** Dead letters of one request have one outcome. */
  const confirmed = new Map<string, Promise<void>>();
  const confirm = ({ clientToken, outcome }: Success): Promise<void> => {
    const put = confirmed.get(clientToken) ?? outcomes.put(outcome);
    confirmed.set(clientToken, put);
    return put;
  };

  const publish = async (success: Success): Promise<string[]> => {
    const { messageId } = success;
    try {
      await confirm(success);
      return [messageId];
    } catch (error) {
      failed.set(messageId, `EventBridge did not confirm its outcome (${(error as Error).message})`);
      return [];
    }
  };

  const publishBatch = async (letters: readonly DeadLetter[], lease: MessageLease) => {
    const leased = await lease.renew(letters.map(({ messageId }) => messageId));
    const these = letters.filter(({ messageId }) => leased.has(messageId));
    const successes = these.flatMap((letter) => {
      const success = successOf(letter, byId.get(letter.messageId), settings);
      if (!success) failed.set(letter.messageId, "its client token is not known");
      return success ?? [];
    });
    try {
      audit.write(successes.map(({ outcome: _, ...about }) => ({ action: "resolving", ...about })));
    } catch (error) {
      stopper.stop((error as Error).message);
      return [];
    }
    const sent = (await Promise.all(successes.map(publish))).flat();
    const undeleted = await deleteAll(sent, lease);
    for (const messageId of sent) {
      const why = undeleted.get(messageId);
      if (why !== undefined) {
        failed.set(messageId, `its success is published, but SQS has not confirmed its deletion: ${why}`);
        continue;
      }
      published.push(messageId);
      onPublished?.(messageId);
    }
    recordKept(successes.filter(({ messageId }) => !sent.includes(messageId)));
    fruitless = sent.length > 0 ? 0 : fruitless + 1;
    if (fruitless === maxFruitless) stopper.stop("EventBridge confirms no outcome: see the reason of each.");
    return these.map(({ messageId }) => messageId);
  };

  const recordKept = (unpublished: readonly Success[]) => {
    try {
      audit.write(
        unpublished.map(({ messageId }) => ({ action: "kept", messageId, why: failed.get(messageId) })),
      );
    } catch (error) {
      stopper.stop((error as Error).message);
    }
  };

  const left = await workThrough({
    messageIds: byId.keys(),
    async onLetters(letters, lease) {
      const done = new Set<string>();
      for (const batch of inBatches(letters)) {
        if (stopper.signal.aborted) break;
        for (const messageId of await publishBatch(batch, lease)) done.add(messageId);
      }
      return done;
    },
    signal: stopper.signal,
  });
  if (!stopper.signal.aborted) {
    for (const messageId of left)
      failed.set(messageId, "another consumer received it meanwhile, or still has it");
  }
  return { published, failed, stopped: stopper.stopped };
}

interface Success {
  readonly messageId: string;
  readonly clientToken: string;
  readonly resolution: Resolution;
  readonly outcome: PutEventsRequestEntry;
}

function successOf(
  letter: DeadLetter,
  judged: JudgedLetter | undefined,
  settings: OutcomeSettings,
): Success | undefined {
  const identified = identify(letter);
  if (!identified || judged?.judgement.found !== "moved") return undefined;
  const { judgement, readAt } = judged;
  const resolution = resolutionOf(judgement, readAt);
  const outcome = observedOutcome(identified, {}, resolution, settings);
  return { messageId: letter.messageId, clientToken: identified.clientToken, resolution, outcome };
}
