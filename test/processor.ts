import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import { createEngine } from "../lambda/engine.ts";
import type { Ports } from "../lambda/ports.ts";
import { processBatch, processEvent } from "../lambda/process-batch.ts";
import type { Failure } from "../lambda/refusal.ts";
import { makeEnvelope, makePorts, makeRecord, type Seen } from "./makers.ts";

/** An engine on ways out in memory; `process` runs one invocation of 30 s. */
export function makeProcessor(overrides: Partial<Ports> = {}) {
  const made = makePorts(overrides);
  const engine = createEngine(made.ports);
  const time = () => ({ requestId: "invocation-1", deadlineAt: made.clock.monotonic() + 30_000 });
  return {
    ...made,
    engine,
    /** The ids of the messages that come back. */
    async process(...records: SQSRecord[]): Promise<string[]> {
      const { batchItemFailures } = await made.clock.run(processBatch(records, time(), engine));
      assert.deepEqual(made.seen.bugs, []);
      assert.equal(made.clock.sleeping, 0, "nothing is in flight after the answer");
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    processEvent: (event: unknown) => made.clock.run(processEvent(event, time(), engine)),
    /** A valid record that was sent now. */
    record: (detail: Record<string, unknown> = {}, options: Parameters<typeof makeRecord>[1] = {}) =>
      makeRecord(makeEnvelope(detail), { sentAt: made.clock.now(), ...options }),
  };
}

/** The failure in the first outcome. */
export function failureOf({ outcomes }: Seen): Failure {
  const [outcome] = outcomes;
  assert.equal(outcome?.detailType, "Contact Transfer Failed");
  return outcome.detail.failure as Failure;
}

export function connectError(name: string, httpStatusCode?: number, more: object = {}): Error {
  const $metadata = { httpStatusCode, requestId: "request-1" };
  return Object.assign(new Error(`${name} in words`), { name, $metadata, ...more });
}

export function answering(...answers: (Error | "ok")[]): Ports["transferContact"] {
  let call = 0;
  return async ({ ContactId }) => {
    const answer = answers[Math.min(call++, answers.length - 1)];
    if (answer instanceof Error) throw answer;
    return { ContactId: `new-${ContactId}`, ContactArn: "arn", $metadata: { httpStatusCode: 200 } };
  };
}

/** Failures of Connect that a retry may cure, with their reasons. */
export const retryableErrors = [
  ["AccessDenied", connectError("AccessDeniedException", 403)],
  ["ServiceQuotaExceeded", connectError("ServiceQuotaExceededException", 402)],
  ["DuplicateRequest", connectError("IdempotencyException", 409)],
  ["ConnectUnavailable", connectError("InternalServiceException", 500)],
] as const;
