import { deliveryMutants } from "./delivery-mutants.ts";
import type { Mutant } from "./plant-mutant.ts";
import { readMutants } from "./read-mutants.ts";

/** Mistakes that a tired engineer could make. An invariant must catch each of them. */
export const mutants: readonly Mutant[] = [
  ...deliveryMutants,
  ...readMutants,
  {
    name: "random token",
    file: "intake/client-token.ts",
    find: '    "v1",',
    replace: '    "v1", Math.random(),',
  },
  {
    name: "token without the queue",
    file: "intake/client-token.ts",
    find: 'destination.kind === "queue" ? destination.queueId : null',
    replace: "null",
  },
  {
    name: "token of the message id",
    file: "intake/take-in.ts",
    find: "deriveClientToken(intent);",
    replace: 'deriveClientToken({ ...intent, intentId: record.delivery?.messageId ?? "event" });',
  },
  {
    name: "identity is the envelope's id alone",
    file: "intake/intent.ts",
    find: "detail.intentId ?? envelope.id",
    replace: "envelope.id",
  },
  {
    name: "acknowledges before the outcome",
    file: "settle/succeed.ts",
    find: "    await invocation.outcomes.put(succeededOutcome(identified, record, response, ports.settings));",
    replace:
      "    void invocation.outcomes.put(succeededOutcome(identified, record, response, ports.settings)).catch(() => {});",
  },
  {
    name: "dead letter before the outcome",
    file: "settle/fail.ts",
    find: "    await invocation.outcomes.put(failedOutcome(read, record, failure, ports.settings, resolution));",
    replace:
      "    void invocation.outcomes.put(failedOutcome(read, record, failure, ports.settings, resolution)).catch(() => {});",
  },
  {
    name: "ignores a failed put entry",
    file: "settle/outcome-batching.ts",
    find: "if (entry?.EventId && !entry.ErrorCode) return undefined;",
    replace: "if (entry) return undefined;",
  },
  {
    name: "takes an unconfirmed entry as published",
    file: "settle/outcome-batching.ts",
    find: "if (entry?.EventId && !entry.ErrorCode) return undefined;",
    replace: "if (!entry?.ErrorCode) return undefined;",
  },
  {
    name: "ignores a failed dead letter",
    file: "settle/queue-batching.ts",
    find: "if (Successful.some((entry) => entry.Id === id)) return undefined;",
    replace: "if (Successful.length >= 0) return undefined;",
  },
  {
    name: "a call that throws counts as published",
    file: "settle/batcher.ts",
    find: "return items.map(() => callError(service, thrown, items.length === 1));",
    replace: "return items.map(() => undefined);",
  },
  {
    name: "wrong index of batch errors",
    file: "settle/batcher.ts",
    find: "settle(errors[index]);",
    replace: "settle(errors[errors.length - 1 - index]);",
  },
  {
    name: "returns the wrong record",
    file: "process-batch.ts",
    find: "itemIdentifier: record.messageId",
    replace: 'itemIdentifier: records[0]?.messageId ?? ""',
  },
  {
    name: "returns nothing",
    file: "process-batch.ts",
    find: 'if (kind === "retry") batchItemFailures',
    replace: 'if (kind !== "retry" && kind !== "done") batchItemFailures',
  },
  {
    name: "returns all if one fails",
    file: "process-batch.ts",
    find: "    return { batchItemFailures };",
    replace:
      "    return { batchItemFailures: batchItemFailures.length > 0 ? records.map(({ messageId }) => ({ itemIdentifier: messageId })) : [] };",
  },
  {
    name: "one record's bug fails the batch",
    file: "intake/parse-envelope.ts",
    find: "    return refuse(`the body is not JSON",
    replace: "    if (body.length > 0) throw error;\n    return refuse(`the body is not JSON",
  },
  {
    name: "timeout taken as a refusal",
    file: "transfer/classify-error.ts",
    find: 'const answerUnknown: Meaning = { kind: "failed",',
    replace: 'const answerUnknown: Meaning = { kind: "refused",',
  },
  {
    name: "lost answer taken as without effect",
    file: "transfer/classify-error.ts",
    find: 'reason: "ConnectUnavailable", mayHaveMoved: true',
    replace: 'reason: "ConnectUnavailable", mayHaveMoved: false',
  },
  {
    name: "409 as a permanent failure",
    file: "transfer/classify-error.ts",
    find: 'IdempotencyException: { kind: "failed",',
    replace: 'IdempotencyException: { kind: "refused",',
  },
  {
    name: "409 as a success",
    file: "transfer/transfer-at-pace.ts",
    find: "    return classifyError(error);",
    replace:
      '    if ((error as Error).name === "IdempotencyException") return { kind: "transferred", response: { contactId, contactArn: "", httpStatus: 409 } };\n    return classifyError(error);',
  },
  {
    name: "an answer without a contact as a success",
    file: "transfer/transfer-at-pace.ts",
    find: "    if (!isId(ContactId, 256)) return",
    replace: '    if (ContactId === "") return',
  },
  {
    name: "denial as a permanent failure",
    file: "transfer/classify-error.ts",
    find: 'const accessDenied: Meaning = { kind: "failed",',
    replace: 'const accessDenied: Meaning = { kind: "refused",',
  },
  {
    name: "one denial counts for all of its flow",
    file: "transfer/failure-memory.ts",
    find: "const intentsInARow = 3;",
    replace: "const intentsInARow = 1;",
  },
  {
    name: "denials are believed for ever",
    file: "transfer/failure-memory.ts",
    find: "failures.believedUntil > clock.monotonic()",
    replace: "failures.believedUntil > 0",
  },
  {
    name: "a request that will most likely fail never has a slot",
    file: "transfer/pace.ts",
    find: "(isDoubtful && at > now && doubtfulShare < 1)",
    replace: "isDoubtful",
  },
  {
    name: "refusal retried",
    file: "transfer/classify-error.ts",
    find: 'InvalidRequestException: { kind: "refused",',
    replace: 'InvalidRequestException: { kind: "failed",',
  },
  {
    name: "throttle counts as a failure",
    file: "transfer/classify-error.ts",
    find: 'if (fault === "load") return { kind: "throttled" };',
    replace: "",
  },
  {
    name: "no maximum age",
    file: "intake/age.ts",
    find: "if (start && now - start.at > maxIntentAgeMs)",
    replace: "if (start && now < 0)",
  },
  {
    name: "no expiry",
    file: "intake/age.ts",
    find: "if (intent.expiresAt !== undefined && now > intent.expiresAt)",
    replace: "if (intent.expiresAt !== undefined && now < 0)",
  },
  {
    name: "no maximum age after the wait",
    file: "process-record.ts",
    find: "isTooOld: () => findTooOld(context, { intent }) !== undefined,",
    replace: "isTooOld: () => false,",
  },
  {
    name: "history does not make older",
    file: "intake/age.ts",
    find: '    { at: history.firstSentAt ?? Number.NaN, origin: "the firstSentAt of its history" },',
    replace: "",
  },
  {
    name: "age of a dead letter is its last life's",
    file: "intake/age.ts",
    find: "return earliest([history.firstSentAt, record.delivery?.sentAt]);",
    replace: "return record.delivery?.sentAt;",
  },
  {
    name: "no allow list",
    file: "intake/take-in.ts",
    find: "checkAllowed(intent, settings) ??",
    replace: "",
  },
  {
    name: "no deadline guard",
    file: "invocation.ts",
    find: "lastStart: 4_500, requests: 3_000",
    replace: "lastStart: 300, requests: 300",
  },
  {
    name: "no abort at the deadline",
    file: "invocation.ts",
    find: "() => controller.abort(),",
    replace: "() => {},",
  },
  { name: "timers left behind", file: "invocation.ts", find: "timers.abort(noReason);", replace: "" },
  {
    name: "limiter bypassed by a retry",
    file: "transfer/transfer-at-pace.ts",
    find: "    const slot = await pace.acquire(latestAt, requestSignal, doubtful);",
    replace:
      '    const slot: Awaited<ReturnType<Pace["acquire"]>> = failed ? { kind: "now" } : await pace.acquire(latestAt, requestSignal, doubtful);',
  },
  {
    name: "limiter does not slow down",
    file: "transfer/transfer-at-pace.ts",
    find: "      pace.onThrottled();",
    replace: "",
  },
  {
    name: "fails permanently at the first failed request",
    file: "transfer/retry-limits.ts",
    find: "const minFailedRequests = 3;",
    replace: "const minFailedRequests = 1;",
  },
  {
    name: "fails permanently before its retry time",
    file: "transfer/retry-limits.ts",
    find: "&& now - delivery.firstReceivedAt >= retryForMs",
    replace: "",
  },
  {
    name: "fails permanently at the first receives",
    file: "transfer/retry-limits.ts",
    find: "const minReceives = 3;",
    replace: "const minReceives = 1;",
  },
  {
    name: "never fails permanently",
    file: "transfer/retry-limits.ts",
    find: "if (!delivery) return false;",
    replace: "if (delivery) return false;",
  },
  {
    name: "effect none on later deliveries",
    file: "settle/fail.ts",
    find: "delivery.receiveCount === 1 && ports",
    replace: "ports",
  },
  {
    name: "effect none whatever the history says",
    file: "settle/fail.ts",
    find: 'history.effect === "none" && !mayHaveMoved',
    replace: "!mayHaveMoved",
  },
  {
    name: "effect none after a lost answer",
    file: "settle/fail.ts",
    find: 'history.effect === "none" && !mayHaveMoved',
    replace: 'history.effect === "none"',
  },
  {
    name: "effect always unknown",
    file: "settle/fail.ts",
    find: '&& !mayHaveMoved ? "none" : "unknown"',
    replace: '&& !mayHaveMoved ? "unknown" : "unknown"',
  },
  {
    name: "a broken history counts as none",
    file: "intake/history.ts",
    find: 'return { effect: "unknown", replays };',
    replace: 'return { effect: "none", replays };',
  },
  {
    name: "twins make a request each",
    file: "transfer/result-cache.ts",
    find: "known(clientToken) ?? pending.get(clientToken)",
    replace: "known(clientToken)",
  },
  {
    name: "forgets a result before it is published",
    file: "transfer/result-cache.ts",
    find: "known(clientToken) ?? pending.get(clientToken)",
    replace: "pending.get(clientToken)",
  },
  {
    name: "keeps failed results",
    file: "transfer/result-cache.ts",
    find: 'answer.kind === "transferred" || answer.kind === "refused"',
    replace: 'answer.kind !== "waits"',
  },
  {
    name: "age ends a known success",
    file: "intake/take-in.ts",
    find: "const isAnswered = results.has(clientToken) || history.result?.clientToken === clientToken;",
    replace: "const isAnswered = false;",
  },
  {
    name: "hides for longer than SQS accepts",
    file: "settle/retry-delays.ts",
    find: "12 * 3600 - 180",
    replace: "12 * 3600",
  },
  {
    name: "waits do not spare receives",
    file: "settle/retry-delays.ts",
    find: "const scarceReceiveCount = 100;",
    replace: "const scarceReceiveCount = 2_000;",
  },
  {
    name: "hides for milliseconds instead of seconds",
    file: "settle/retry-delays.ts",
    find: "return 5 + random() * (longest - 5);",
    replace: "return 1000 * (5 + random() * (longest - 5));",
  },
  {
    name: "dead letter of an event without its age",
    file: "settle/dead-letter.ts",
    find: "firstSentAt: new Date(firstSent).toISOString(),",
    replace:
      "firstSentAt: firstSentAt(record, history) === undefined ? undefined : new Date(firstSent).toISOString(),",
  },
];
