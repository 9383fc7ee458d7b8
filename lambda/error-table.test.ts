import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type AnswerStatus, blame, type Fault, type Service } from "./error-table.ts";

/** Who is at fault, by service, status and names. */
const cases: readonly [Fault, Service, AnswerStatus, readonly string[]][] = [
  ["message", "EventBridge", "entry", ["MalformedDetail", "InvalidArgument", "RedactionFailure"]],
  ["message", "EventBridge", 400, ["ValidationException"]],
  ["message", "SQS", 400, ["InvalidMessageContents", "InvalidParameterValue", "InvalidAttributeValue"]],
  ["message", "SQS", 400, ["BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"]],
  ["message", "SQS", "entry", ["InvalidParameterValue", "InvalidAttributeName", "InvalidMessageContents"]],
  [
    "caller",
    "SQS",
    403,
    ["InvalidSignatureException", "ExpiredToken", "AccessDenied", "InvalidClientTokenId"],
  ],
  ["caller", "SQS", 400, ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"]],
  ["caller", "EventBridge", "entry", ["AccessDeniedException", "NotAuthorizedForSourceException"]],
  ["caller", "EventBridge", 400, ["ExpiredTokenException", "UnrecognizedClientException"]],
  [
    "key",
    "SQS",
    400,
    ["KMS.AccessDeniedException", "KmsInvalidState", "KmsDisabled", "KMS.NotFoundException"],
  ],
  ["key", "SQS", "entry", ["KMS.DisabledException"]],
  ["load", "SQS", "entry", ["KMS.ThrottlingException", "RequestThrottled", "ThrottlingException"]],
  ["load", "SQS", 400, ["KmsThrottled", "OverLimit", "RequestThrottled", "Throttling"]],
  ["load", "SQS", 403, ["RequestThrottled", "AWS.SimpleQueueService.OverLimit"]],
  ["load", "EventBridge", 429, ["Anything"]],
  ["service", "SQS", 400, ["SomethingNew", "RequestTimeout", "toString", ""]],
  ["service", "SQS", "entry", ["Refused", "InternalError", "InternalFailure", "Unconfirmed"]],
  ["service", "SQS", 500, ["InvalidParameterValue", "InvalidMessageContents", "KMS.DisabledException"]],
  ["service", "SQS", undefined, ["InvalidParameterValue", "ECONNREFUSED", "TimeoutError"]],
  ["service", "EventBridge", 500, ["ValidationException", "MalformedDetail", "AccessDeniedException"]],
  ["service", "EventBridge", "entry", ["InvalidRequestException", "ResourceNotFoundException"]],
  ["service", "EventBridge", 400, ["InvalidRequestException", "InvalidParameterValue"]],
  ["service", "SQS", 404, ["ResourceNotFoundException"]],
  ["service", "Connect", 400, ["ValidationException", "MalformedDetail", "InvalidParameterValue"]],
];

describe("who is at fault:", () => {
  for (const [fault, service, status, names] of cases) {
    it(`${fault}: ${service} ${status ?? "without an answer"}, ${names.join(", ")}`, () => {
      for (const name of names) assert.equal(blame(service, name, status).fault, fault, name);
    });
  }
});
