import type { Engine } from "./engine.ts";
import { checkAge } from "./intake/age.ts";
import { historyOfToken, readHistory } from "./intake/history.ts";
import type { IdentifiedIntent } from "./intake/intent.ts";
import { notFoundGraceLeftMs } from "./intake/not-found-grace.ts";
import type { IntentRecord } from "./intake/record.ts";
import { takeIn } from "./intake/take-in.ts";
import type { Invocation } from "./invocation.ts";
import type { Refusal } from "./refusal.ts";
import { effectOf, fail, failRefused } from "./settle/fail.ts";
import type { Disposition, RecordContext } from "./settle/record-context.ts";
import { retryDelaySeconds, slotDelaySeconds } from "./settle/retry-delays.ts";
import { canBeEnqueued, retryLater, retryNotFound } from "./settle/retry-later.ts";
import { succeed } from "./settle/succeed.ts";
import { failsPermanently, maxFailedRequests } from "./transfer/retry-limits.ts";
import { type TransferResult, transferAtPace, waitsUntil } from "./transfer/transfer-at-pace.ts";

/**
 * The life of one delivery: intake, transfer, and one of publish, retry or dead-letter. The order is always: outcome
 * published and confirmed, dead letter sent and confirmed (if failed), message acknowledged. If a step fails, the
 * delivery is retried.
 */
export async function processRecord(
  record: IntentRecord,
  invocation: Invocation,
  engine: Engine,
): Promise<Disposition> {
  const opened = openRecord(record, invocation, engine);
  const intake = await takeIn(opened, engine);
  const context = { ...opened, history: historyOfToken(opened.history, intake.clientToken) };
  if (intake.refusal) return fail(context, intake, intake.refusal);

  const { results } = engine;
  const carried = context.history.result;
  if (carried?.kind === "transferred") results.keep(intake.clientToken, carried);
  if (carried?.kind === "refused" && !results.has(intake.clientToken))
    return failRefused(context, intake, carried.refusal, "unknown");

  const result = await transfer(context, intake, invocation, engine);
  const { clock, random, settings } = engine.ports;
  const delayAfterFailure = () =>
    retryDelaySeconds(record.delivery?.receiveCount, random, engine.failures.isOut() ? "outage" : "retry");
  switch (result.kind) {
    case "transferred": {
      const disposition = await succeed(context, intake, result);
      if (disposition.kind === "done") results.release(intake.clientToken);
      return disposition;
    }
    case "refused": {
      const { refusal, mayHaveMoved } = result;
      const effect = effectOf(context, refusal.reason, mayHaveMoved);
      const graceLeftMs = refusal.reason === "ResourceNotFound" ? findGraceLeftMs(context, intake) : 0;
      if (graceLeftMs > 0) {
        results.forget(intake.clientToken);
        const retry = { reason: refusal.reason, delaySeconds: graceLeftMs / 1000, error: refusal.error };
        return retryNotFound(context, intake, { ...retry, notFoundAt: clock.now() }, effect);
      }
      const disposition = await failRefused(context, intake, refusal, effect);
      // A refusal that is published, or travels, is forgotten, so that a repaired intent can be replayed.
      if (disposition.reason !== "OutcomeNotPublished") results.forget(intake.clientToken);
      return disposition;
    }
    case "failed": {
      const { refusal, failedRequests } = result;
      // It was received at least three times, so its effect is unknown whatever this delivery knows.
      if (failsPermanently(record, failedRequests, settings.retryForMs, clock.now()))
        return fail(context, intake, refusal);
      const retry = { reason: refusal.reason, delaySeconds: delayAfterFailure(), error: refusal.error };
      return retryLater(context, intake, retry);
    }
    case "waits": {
      // A twin may have waited in its place: only the intent's own age can end it.
      const tooOld = findTooOld(context, intake);
      if (tooOld) return fail(context, intake, tooOld, result.mayHaveMoved);
      const delaySeconds = result.isDoubtful
        ? delayAfterFailure()
        : slotDelaySeconds(result.at, clock.monotonic(), random);
      return retryLater(context, intake, {
        reason: result.wasThrottled ? "Throttled" : "WaitsForSlot",
        delaySeconds,
      });
    }
  }
}

function openRecord(record: IntentRecord, invocation: Invocation, { ports, reads }: Engine): RecordContext {
  const history = readHistory(record.attributes);
  const isEnqueued = [history.result, history.notFoundAt, history.askedUntil].some(
    (one) => one !== undefined,
  );
  const isReplayed = history.replays > 0 && !isEnqueued;
  ports.metrics.received(isReplayed && record.delivery?.receiveCount === 1);
  return { record, history, startedAt: ports.clock.monotonic(), invocation, ports, reads };
}

/** Until it is worth asking again while too many results are not published. */
const fullForMs = 20_000;

/** Longest wait of an event that can be enqueued instead: it occupies its function instance while it waits. */
const eventWaitMs = 2_000;

/** Asks Connect at its pace. Deliveries under the same token share one answer. */
function transfer(
  context: RecordContext,
  { intent, clientToken }: IdentifiedIntent,
  invocation: Invocation,
  { ports, results, ...engine }: Engine,
): Promise<TransferResult> {
  const { clock, settings } = ports;
  const request = {
    intent,
    clientToken,
    maxFailedRequests: maxFailedRequests(context.record, settings.retryForMs, clock.now()),
    maxWaitMs: canBeEnqueued(context) ? eventWaitMs : undefined,
    isDeferrable: context.record.delivery !== undefined || canBeEnqueued(context),
    isTooOld: () => findTooOld(context, { intent }) !== undefined,
  };
  return results.share(clientToken, invocation.pendingResults, async () =>
    results.isFull()
      ? waitsUntil(clock.monotonic() + fullForMs)
      : transferAtPace(request, invocation, { ...engine, ports }),
  );
}

/** An event that cannot be enqueued has nothing to wait in. */
function findGraceLeftMs(context: RecordContext, { intent }: IdentifiedIntent): number {
  const { record, history, ports } = context;
  if (!record.delivery && !canBeEnqueued(context)) return 0;
  return notFoundGraceLeftMs(intent, record, history, ports.settings, ports.clock.now());
}

function findTooOld(
  { record, history, ports: { clock, settings } }: RecordContext,
  { intent }: Pick<IdentifiedIntent, "intent">,
): Refusal | undefined {
  return checkAge(intent, record, history, settings.maxIntentAgeMs, clock.now());
}
