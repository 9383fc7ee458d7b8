import type { SQSRecord } from "aws-lambda";
import { failedDetailType, succeededDetailType } from "../events/detail-types.ts";
import type { Failure } from "../lambda/refusal.ts";
import { invocationId } from "./function/function-instance.ts";
import type { LocalAws, Outcome, ReceivedDeadLetter } from "./function/local-aws.ts";
import { instanceArn, instanceId } from "./makers.ts";

/** Replaces every request id of the local Connect. */
export const someRequestId = "request-id";
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isoInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The outcomes on the bus, with `someRequestId` for each valid request id. */
export function outcomesOf({ outcomes }: LocalAws): Outcome[] {
  return outcomes.map((outcome) => ({ ...outcome, detail: withoutRequestId(outcome.detail) }));
}

/** A dead letter with its `Failure` parsed; `failedAt` is left out if it is an instant, since it depends on the clock. */
export function readDeadLetter({ body, attributes }: ReceivedDeadLetter) {
  const { FailureReason, Failure, ...others } = attributes;
  return { body, reason: FailureReason?.StringValue, failure: readFailure(Failure?.StringValue), others };
}

function readFailure(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  const { failedAt, ...failure } = JSON.parse(text);
  return isoInstant.test(failedAt) ? withRequestId(failure) : { failedAt, ...failure };
}

function withoutRequestId(detail: Outcome["detail"]): Outcome["detail"] {
  const { failure } = detail as { failure?: object };
  return failure ? { ...detail, failure: withRequestId(failure) } : detail;
}

function withRequestId(failure: object): Record<string, unknown> {
  const { error } = failure as { error?: { requestId?: string } };
  return error && uuid.test(error.requestId ?? "")
    ? { ...failure, error: { ...error, requestId: someRequestId } }
    : { ...failure };
}

/** The Succeeded outcome of the intent that `makeEnvelope` makes. */
export function succeededOutcome(detail: Record<string, unknown> = {}): Outcome {
  return outcome(succeededDetailType, {
    response: {
      contactId: "new-contact-1",
      contactArn: `${instanceArn}/contact/new-contact-1`,
      evidence: "answered",
      httpStatus: 200,
    },
    receiveCount: 1,
    ...detail,
  });
}

/** The Failed outcome of the intent that `makeEnvelope` makes. */
export function failedOutcome(failure: Failure, detail: Record<string, unknown> = {}): Outcome {
  return outcome(failedDetailType, { failure, receiveCount: 1, ...detail });
}

/** The dead letter of a record that was never replayed, as `readDeadLetter` reads it. */
export function deadLetterOf(
  { body, attributes }: SQSRecord,
  { reason, ...failure }: Failure,
  facts: Record<string, unknown> = {},
  others: ReceivedDeadLetter["attributes"] = {},
): ReturnType<typeof readDeadLetter> {
  return {
    body,
    reason,
    failure: {
      ...failure,
      intentId: "event-1",
      firstSentAt: new Date(Number(attributes.SentTimestamp)).toISOString(),
      receiveCount: 1,
      replays: 0,
      requestId: invocationId,
      ...facts,
    },
    others,
  };
}

function outcome(detailType: string, detail: Record<string, unknown>): Outcome {
  // Like JSON, leave out undefined members.
  const request = JSON.parse(
    JSON.stringify({
      instanceId,
      contactId: "task-1",
      contactFlowId: "flow-to-queue",
      queueId: "queue-cancellations",
      ...(detail.request as object | undefined),
    }),
  );
  return {
    eventBusName: "default",
    source: "contact-transfer",
    detailType,
    resources: [`${instanceArn}/contact/${request.contactId}`],
    detail: { intentId: "event-1", requestedBy: { eventId: "event-1" }, ...detail, request },
  };
}
