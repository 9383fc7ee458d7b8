import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { isObject, type JsonObject, parseJson } from "../../cli/json.ts";
import { parseInstant } from "../../events/rfc3339.ts";
import { fromEvent } from "../../lambda/intake/record.ts";
import type { Origin } from "./letter.ts";

type Attributes = Readonly<Record<string, MessageAttributeValue>>;

const ruleAttributes = [
  "RULE_ARN",
  "TARGET_ARN",
  "ERROR_CODE",
  "ERROR_MESSAGE",
  "EXHAUSTED_RETRY_CONDITION",
  "RETRY_ATTEMPTS",
] as const;

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
const scheduleAttributes = [
  "SCHEDULE_ARN",
  "TARGET_ARN",
  "EXECUTION_ID",
  "EXECUTION_TIME",
  "SCHEDULED_TIME",
  "IS_PAYLOAD_TRUNCATED",
  "ERROR_CODE",
  "ERROR_MESSAGE",
  "EXHAUSTED_RETRY_CONDITION",
  "RETRY_ATTEMPTS",
] as const;

/** The attributes in which AWS services report why they sent a message to a dead-letter queue: not the message's own. */
export const serviceAttributes: Readonly<Record<Origin["kind"], readonly string[]>> = {
  function: [],
  sqs: [],
  rule: ruleAttributes,
  schedule: scheduleAttributes,
  outcome: ruleAttributes,
  invocation: ["RequestID", "ErrorCode", "ErrorMessage"],
  "event ids": [],
};

/** Recognizes what AWS services write; undefined for a message that shows nothing about its origin. */
export function readAwsOrigin(
  body: string,
  attributes: Attributes,
): { readonly origin: Origin; readonly payload?: string; readonly happenedAt?: number } | undefined {
  const text = (name: string) => attributes[name]?.StringValue;
  const [ruleArn, scheduleArn, targetArn] = [text("RULE_ARN"), text("SCHEDULE_ARN"), text("TARGET_ARN")];
  const error = {
    code: text("ERROR_CODE"),
    message: text("ERROR_MESSAGE"),
    exhaustedRetryCondition: text("EXHAUSTED_RETRY_CONDITION"),
    retryAttempts: text("RETRY_ATTEMPTS"),
  };
  if (scheduleArn !== undefined) return { origin: { kind: "schedule", scheduleArn, targetArn, error } };
  if (ruleArn !== undefined) {
    // Only outcomes go to a log group or to another bus: every other rule sends to the intent queue or to the function.
    const kind = ["logs", "events"].includes(targetArn?.split(":")[2] ?? "") ? "outcome" : "rule";
    return { origin: { kind, ruleArn, targetArn, error } };
  }
  if (text("RequestID") !== undefined && attributes.ErrorCode !== undefined) {
    const error = { code: text("ErrorCode"), message: text("ErrorMessage") };
    return { origin: { kind: "invocation", requestId: text("RequestID"), error } };
  }
  // Most messages are intents: do not parse them a second time.
  if (!/"(?:requestPayload|failedMessages)"/.test(body)) return undefined;
  const record = parseJson(body);
  return isObject(record) ? (readDestinationRecord(record) ?? readEventIds(record)) : undefined;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function readDestinationRecord(record: JsonObject) {
  const { requestContext, requestPayload, responsePayload, timestamp } = record;
  if (!isObject(requestContext) || requestPayload === undefined) return undefined;
  const { requestId, condition } = requestContext;
  const { errorType, errorMessage } = isObject(responsePayload) ? responsePayload : {};
  const said = [errorType, errorMessage].filter((part) => typeof part === "string").join(": ");
  const error = { code: optionalText(condition), message: said || undefined };
  return {
    origin: { kind: "invocation", requestId: optionalText(requestId), error } as const,
    payload: fromEvent(requestPayload).body,
    happenedAt: typeof timestamp === "string" ? parseInstant(timestamp) : undefined,
  };
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html */
function readEventIds(record: JsonObject) {
  const { detail, failedMessages } = record;
  if (detail !== undefined || !Array.isArray(failedMessages)) return undefined;
  const eventIds = failedMessages.map((message) => String(isObject(message) ? message.eventId : message));
  const error = { code: optionalText(record.errorCode), message: optionalText(record.errorMessage) };
  return { origin: { kind: "event ids", eventIds, error } as const };
}

function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
