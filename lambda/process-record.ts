import { checkAge } from "./intake/age.ts";
import { checkAllowed } from "./intake/allow-list.ts";
import { deriveClientToken } from "./intake/client-token.ts";
import { readHistory } from "./intake/history.ts";
import type { ReducedIntent } from "./intake/intent.ts";
import { parseEnvelope } from "./intake/parse-envelope.ts";
import type { IntentRecord } from "./intake/record.ts";
import type { Invocation } from "./invocation.ts";
import type { Ports } from "./ports.ts";
import { retryDelaySeconds, slotDelaySeconds } from "./settle/retry-delays.ts";
import {
  canBeEnqueued,
  type Delivered,
  type Disposition,
  fail,
  putBack,
  succeed,
} from "./settle/settle-record.ts";
import type { Pace } from "./transfer/pace.ts";
import type { ResultCache } from "./transfer/result-cache.ts";
import { transferAtPace } from "./transfer/transfer-at-pace.ts";

/** What a function instance keeps between invocations. */
export interface Engine {
  readonly ports: Ports;
  readonly pace: Pace;
  readonly results: ResultCache;
  validateIntent(envelope: unknown): Promise<ReducedIntent>;
}

/** Giving up takes all three: `retryFor` since the first receive, and as many receives and failed requests as these. */
const leastReceives = 3;
const leastFailedRequests = 3;

/** Longest wait of an event that can go to the queue instead: others wait for the instance that it holds. */
const eventWaitMs = 2_000;

/**
 * The life of one delivery, from body to disposition. The order is always: outcome put and confirmed, dead letter
 * sent and confirmed (if failed), message acknowledged. Whatever fails in between gives the message back.
 */
export async function processRecord(
  record: IntentRecord,
  invocation: Invocation,
  { ports, pace, results, validateIntent }: Engine,
): Promise<Disposition> {
  const { clock, settings, random } = ports;
  const history = readHistory(record.attributes);
  ports.metrics.received(history.replays > 0 && (record.delivery?.receiveCount ?? 1) === 1);
  const delivered: Delivered = { record, history, startedAt: clock.now(), invocation, results, ports };

  const parsed = parseEnvelope(record.body);
  const validated: ReducedIntent = "refusal" in parsed ? parsed : await validateIntent(parsed.value);
  if (!validated.intent) return fail(delivered, validated, validated.refusal);

  const { intent } = validated;
  const clientToken = deriveClientToken(intent);
  const known = { intent, clientToken };
  const findTooOld = () => checkAge(intent, record, history, settings.maxIntentAgeMs, clock.now());
  const mayBeTooOld = () => (results.isKnown(clientToken) ? undefined : findTooOld());
  const refusal = validated.refusal ?? checkAllowed(intent, settings) ?? mayBeTooOld();
  if (refusal) return fail(delivered, known, refusal);

  const mayGiveUp = isPastRetryTime(record, settings.retryForMs, clock.now());
  const result = await results.share(clientToken, () =>
    transferAtPace(
      {
        intent,
        clientToken,
        maxFailedRequests: mayGiveUp ? leastFailedRequests : 1,
        maxWaitMs: canBeEnqueued(delivered) ? eventWaitMs : undefined,
        isTooOld: () => findTooOld() !== undefined,
      },
      invocation,
      pace,
      ports,
    ),
  );
  switch (result.kind) {
    case "transferred":
      return succeed(delivered, known, result);
    case "refused":
      return fail(delivered, known, result.refusal, result.mayHaveMoved);
    case "failed": {
      if (mayGiveUp && result.failedRequests >= leastFailedRequests) {
        return fail(delivered, known, result.refusal, result.mayHaveMoved);
      }
      const delaySeconds = retryDelaySeconds(record.delivery?.receiveCount ?? 1, random);
      return putBack(delivered, known, result.refusal.reason, delaySeconds, result.refusal.error);
    }
    case "waits": {
      // A twin may have waited in its place: only its own age can end it.
      const tooOld = findTooOld();
      if (tooOld) return fail(delivered, known, tooOld, result.mayHaveMoved);
      const delaySeconds = slotDelaySeconds(result.at, clock.now(), random);
      return putBack(delivered, known, result.wasThrottled ? "Throttled" : "WaitsForSlot", delaySeconds);
    }
  }
}

function isPastRetryTime({ delivery }: IntentRecord, retryForMs: number, now: number): boolean {
  if (!delivery) return false;
  return delivery.receiveCount >= leastReceives && now - delivery.firstReceivedAt >= retryForMs;
}
