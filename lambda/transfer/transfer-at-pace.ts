import type { TransferResponse } from "../../events/generated/contact-transfer-succeeded.ts";
import type { ConnectRefusal } from "../intake/carried-result.ts";
import { type Intent, requestOf } from "../intake/intent.ts";
import type { Ports } from "../ports.ts";
import { type ConnectError, classifyError } from "./classify-error.ts";
import type { FailureMemory } from "./failure-memory.ts";
import type { Pace } from "./pace.ts";

/** The result of one delivery. `mayHaveMoved`: a request may have moved the contact nevertheless. */
export type TransferResult =
  | Transferred
  | NotTransferred
  /** Its slot comes later than it can wait, or it became too old while it waited. */
  | Waits;

export interface Waits {
  readonly kind: "waits";
  readonly at: number;
  readonly wasThrottled: boolean;
  /** It has no slot because its request will most likely fail. */
  readonly isDoubtful: boolean;
  readonly mayHaveMoved: boolean;
}

export interface Transferred {
  readonly kind: "transferred";
  readonly response: TransferResponse;
  /** Connect's request id. */
  readonly requestId?: string;
}

/** `refused`: a retry cannot help. `failed`: it may. */
export interface NotTransferred {
  readonly kind: "refused" | "failed";
  readonly refusal: ConnectRefusal;
  readonly mayHaveMoved: boolean;
  /** Requests of this delivery that failed; 0 if none was made. */
  readonly failedRequests: number;
}

/** What transfers use of an invocation. */
export interface TransferInvocation {
  /** No request to Connect starts after this instant. */
  readonly lastStartAt: number;
  /** Ends requests to Connect early enough to settle their records. */
  readonly requestSignal: AbortSignal;
}

/** A transfer to ask for. */
export interface TransferAttempt {
  readonly intent: Intent;
  readonly clientToken: string;
  /** Failed requests after which this delivery stops. */
  readonly maxFailedRequests: number;
  /** Longest wait for a slot. @default 20 s */
  readonly maxWaitMs?: number;
  /** Whether it can be delivered again as often as it takes: a message can, an event on its own cannot. */
  readonly isDeferrable: boolean;
  /** Whether the intent is too old to be transferred now. */
  isTooOld(): boolean;
}

/** Longest wait for a slot within an invocation. */
const longestWaitMs = 20_000;

/** What transfers use of the engine. */
export interface TransferEngine {
  readonly pace: Pace;
  readonly failures: FailureMemory;
  readonly ports: Pick<Ports, "clock" | "settings" | "transferContact">;
}

/**
 * Asks Connect for a transfer, with a slot for each request. A throttled request waits for the next slot; a broken
 * connection and a corrected clock are retried once at once; other failures are retried up to `maxFailedRequests`. An intent
 * whose request will most likely fail is deferred at once unless a slot is free or such intents have a share left. While
 * Connect is out, all but a probe now and then are deferred.
 */
export async function transferAtPace(
  attempt: TransferAttempt,
  { lastStartAt, requestSignal }: TransferInvocation,
  { pace, failures, ports }: TransferEngine,
): Promise<TransferResult> {
  const { intent, maxFailedRequests, maxWaitMs = longestWaitMs, isDeferrable, isTooOld } = attempt;
  const latestAt = Math.min(ports.clock.monotonic() + maxWaitMs, lastStartAt);
  let failed: NotTransferred | undefined;
  let wasThrottled = false;
  let retriesAtOnce = 1;
  /** Why no request is made now, since it would only fail. */
  const reasonNotToTry = () => {
    if (failed || !isDeferrable || maxFailedRequests > 1) return undefined;
    if (failures.isDenied(attempt)) return "AccessDenied";
    return !wasThrottled && failures.isHeldBack(attempt) ? "ConnectUnavailable" : undefined;
  };
  const isDoubtful = () => !failed && isDeferrable && failures.expectsFailure(attempt);
  while (true) {
    const reason = reasonNotToTry();
    if (reason) return notTried(reason);
    const wasDoubtful = isDoubtful();
    const doubtful = wasDoubtful ? maxFailedRequests : 0;
    const slot = await pace.acquire(latestAt, requestSignal, doubtful);
    if (slot.kind === "later")
      return failed ?? waitsUntil(slot.at, { wasThrottled, isDoubtful: wasDoubtful });
    if (isTooOld()) {
      pace.release(doubtful);
      return waitsUntil(ports.clock.monotonic(), {
        wasThrottled,
        mayHaveMoved: failed?.mayHaveMoved ?? false,
      });
    }
    // Others have failed while this one waited.
    if (reasonNotToTry() || (!wasDoubtful && isDoubtful())) {
      pace.release(doubtful);
      continue;
    }
    failures.onRequest(attempt);
    const answer = await ask(intent, attempt.clientToken, requestSignal, ports);
    if (answer.kind === "transferred") {
      pace.onAccepted();
      failures.onAnswered(attempt);
      return answer;
    }
    if (answer.kind === "throttled") {
      pace.onThrottled();
      wasThrottled = true;
      continue;
    }
    failed = {
      kind: answer.kind,
      refusal: answer.refusal,
      mayHaveMoved: answer.mayHaveMoved || (failed?.mayHaveMoved ?? false),
      failedRequests: (failed?.failedRequests ?? 0) + 1,
    };
    // Any answer other than a throttle means that Connect accepted the request: it counts towards recovery.
    if ((answer.refusal.error.httpStatus ?? 500) < 500) pace.onAccepted();
    if (answer.kind === "refused") {
      failures.onAnswered(attempt);
      return failed;
    }
    if (answer.retryAtOnce && retriesAtOnce-- > 0) continue;
    failures.onFailed(attempt, answer.refusal.reason);
    if (failed.failedRequests >= maxFailedRequests) return failed;
  }
}

async function ask(
  intent: Intent,
  clientToken: string,
  signal: AbortSignal,
  { settings, transferContact }: Pick<Ports, "settings" | "transferContact">,
): Promise<Transferred | ConnectError> {
  const { instanceId, contactId, contactFlowId, queueId, userId } = requestOf(intent);
  try {
    const { ContactId, ContactArn, $metadata } = await transferContact(
      {
        InstanceId: instanceId,
        ContactId: contactId,
        ContactFlowId: contactFlowId,
        ...(queueId !== undefined && { QueueId: queueId }),
        ...(userId !== undefined && { UserId: userId }),
        ClientToken: clientToken,
      },
      signal,
    );
    // Without the new contact's id it is not Connect's answer, whatever its status, and must not count as a success.
    if (!isId(ContactId, 256)) return classifyError({ name: "EmptyAnswer", $metadata });
    const contactArn = isId(ContactArn, 1024)
      ? ContactArn
      : `${settings.instances.byId.get(instanceId)?.arn}/contact/${ContactId}`;
    const httpStatus = $metadata.httpStatusCode ?? 200;
    const response = { contactId: ContactId, contactArn, evidence: "answered", httpStatus } as const;
    return { kind: "transferred", response, requestId: $metadata.requestId };
  } catch (error) {
    return classifyError(error);
  }
}

/** Types of the SDK promise nothing about what a service answers. */
function isId(value: unknown, maxLength: number): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= maxLength;
}

/** A wait for a slot, by default of a delivery that made no request. */
export function waitsUntil(at: number, known: Partial<Waits> = {}): Waits {
  return { kind: "waits", at, wasThrottled: false, isDoubtful: false, mayHaveMoved: false, ...known };
}

const reasonsNotTried = {
  AccessDenied:
    "Connect denied other intents for this instance and flow a moment ago, so this one was not tried",
  ConnectUnavailable: "Connect did not answer other requests a moment ago, so this one was not tried",
} as const;

function notTried(reason: keyof typeof reasonsNotTried): NotTransferred {
  return {
    kind: "failed",
    refusal: { reason, message: reasonsNotTried[reason], error: { name: "NotTried" } },
    mayHaveMoved: false,
    failedRequests: 0,
  };
}
