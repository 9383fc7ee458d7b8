import type { Intent } from "../intake/intent.ts";
import type { Clock } from "../ports.ts";
import type { FailureReason } from "../refusal.ts";

/** What tells which requests will fail as this one did. */
export interface RequestIdentity {
  readonly intent: Intent;
  readonly clientToken: string;
}

/** What a function instance has learned from requests that failed and are retried. */
export interface FailureMemory {
  /** Whether a request will most likely fail: its last one did, or those of others that share the cause. */
  expectsFailure(request: RequestIdentity): boolean;
  /** Whether Connect has denied the intent's instance and flow so lately that another request would only be denied. */
  isDenied(request: RequestIdentity): boolean;
  /** Whether Connect has answered none of the last requests: it is out, and no intent is to blame. */
  isOut(): boolean;
  /** Whether Connect is out and was asked so lately that this request must not be made now. */
  isHeldBack(request: RequestIdentity): boolean;
  /** A request is made that tells, if Connect is out, whether it still is. */
  onRequest(request: RequestIdentity): void;
  onFailed(request: RequestIdentity, reason: FailureReason): void;
  /** Connect has transferred the contact or refused the request itself: what failed before works again. */
  onAnswered(request: RequestIdentity): void;
}

interface Failures {
  /** Intents that failed since the last one that did not. */
  intents: number;
  /** Until then, others would most likely fail the same way. */
  believedUntil: number;
}

/** So many intents in a row with the same cause: the next one will fail as well. */
const intentsInARow = 3;
/** How long denials are believed. A role that was repaired takes some seconds to work anyway. */
const denialMs = 5_000;
/** Requests in a row without an answer after which Connect itself is out, and no intent is to blame. */
const unansweredInARow = 5;
/** How often a function instance asks whether Connect is still out. */
const probeEveryMs = 5_000;

/**
 * Remembers failures of intents by clientToken, and of what they share: AccessDenied by instance and flow,
 * ServiceQuotaExceeded by destination, ConnectUnavailable by flow and destination. An intent that fails again says nothing
 * new about others. The oldest entries beyond `capacity` are forgotten.
 *
 * If Connect is out, one request every five seconds asks whether it still is. An intent for a flow and destination that have not
 * failed yet does not wait for the others: where only one flow is out, it is the first to find that Connect answers.
 */
export function createFailureMemory(clock: Clock, capacity = 5_000): FailureMemory {
  const memory = new Map<string, Failures>();
  let unanswered = 0;
  let askedAt = { failing: Number.NEGATIVE_INFINITY, fresh: Number.NEGATIVE_INFINITY };

  const isOut = () => unanswered >= unansweredInARow;
  const groupOf = ({ intent }: RequestIdentity) =>
    memory.has(causes.ConnectUnavailable(intent)) ? "failing" : "fresh";

  const add = (key: string): Failures => {
    const failures = memory.get(key) ?? { intents: 0, believedUntil: 0 };
    failures.intents += 1;
    memory.delete(key);
    memory.set(key, failures);
    const oldest = memory.keys().next();
    if (memory.size > capacity && !oldest.done) memory.delete(oldest.value);
    return failures;
  };

  const isBelieved = (failures: Failures | undefined) =>
    failures !== undefined && failures.believedUntil > clock.monotonic();

  return {
    expectsFailure({ intent, clientToken }) {
      const isCommon = (cause: string) => isRow(memory.get(cause));
      return memory.has(clientToken) || causesOf(intent).some(isCommon);
    },
    isDenied: ({ intent }) => isBelieved(memory.get(causes.AccessDenied(intent))),
    isOut,
    isHeldBack: (request) => isOut() && clock.monotonic() < askedAt[groupOf(request)] + probeEveryMs,
    onRequest(request) {
      askedAt = { ...askedAt, [groupOf(request)]: clock.monotonic() };
    },
    onFailed({ intent, clientToken }, reason) {
      unanswered = reason === "ConnectUnavailable" ? unanswered + 1 : 0;
      if (isShared(reason)) {
        const cause = causes[reason](intent);
        const failures = memory.has(clientToken) ? memory.get(cause) : add(cause);
        if (isRow(failures)) failures.believedUntil = clock.monotonic() + denialMs;
      }
      if (unanswered < unansweredInARow) add(clientToken);
    },
    onAnswered({ intent, clientToken }) {
      unanswered = 0;
      for (const key of [clientToken, ...causesOf(intent)]) memory.delete(key);
    },
  };
}

function isRow(failures: Failures | undefined): failures is Failures {
  return failures !== undefined && failures.intents >= intentsInARow;
}

/** What intents share that fail for the same reason. */
const causes = {
  AccessDenied: ({ instanceId, contactFlowId }: Intent) => `denied ${instanceId} ${contactFlowId}`,
  ServiceQuotaExceeded: ({ instanceId, contactFlowId, destination }: Intent) =>
    `full ${instanceId} ${destination.kind === "flow" ? contactFlowId : JSON.stringify(destination)}`,
  ConnectUnavailable: ({ instanceId, contactFlowId, destination }: Intent) =>
    `unavailable ${instanceId} ${contactFlowId} ${JSON.stringify(destination)}`,
};

function isShared(reason: FailureReason): reason is keyof typeof causes {
  return Object.hasOwn(causes, reason);
}

function causesOf(intent: Intent): string[] {
  return Object.values(causes).map((causeOf) => causeOf(intent));
}
