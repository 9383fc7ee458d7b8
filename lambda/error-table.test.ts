import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type AnswerStatus, blame, type Fault, readThrown, type Service } from "./error-table.ts";

/** Who is at fault, by service, status and names. */
const cases: readonly [Fault, Service, AnswerStatus, readonly string[]][] = [
  ["message", "EventBridge", "entry", ["MalformedDetail", "InvalidArgument", "RedactionFailure"]],
  ["message", "EventBridge", 400, ["ValidationException"]],
  ["message", "SQS", 400, ["InvalidMessageContents", "InvalidParameterValue", "InvalidAttributeValue"]],
  ["message", "SQS", 400, ["BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"]],
  ["message", "EventBridge", 413, ["RequestEntityTooLargeException"]],
  ["message", "SQS", 413, ["RequestEntityTooLarge"]],
  ["message", "SQS", "entry", ["InvalidParameterValue", "InvalidAttributeName", "InvalidMessageContents"]],
  [
    "caller",
    "SQS",
    403,
    ["InvalidSignatureException", "ExpiredToken", "AccessDenied", "InvalidClientTokenId"],
  ],
  ["caller", "SQS", 400, ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"]],
  ["caller", "SQS", 401, ["SignatureDoesNotMatch", "UnrecognizedClientException"]],
  ["caller", "SQS", 404, ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"]],
  ["caller", "SQS", 400, ["com.amazonaws.sqs#AccessDeniedException"]],
  ["caller", "EventBridge", "entry", ["AccessDeniedException", "NotAuthorizedForSourceException"]],
  ["caller", "EventBridge", 400, ["ExpiredTokenException", "UnrecognizedClientException"]],
  [
    "key",
    "SQS",
    400,
    ["KMS.AccessDeniedException", "KmsInvalidState", "KmsDisabled", "KMS.NotFoundException"],
  ],
  ["key", "SQS", 403, ["KMS.AccessDeniedException"]],
  ["key", "SQS", "entry", ["KMS.DisabledException"]],
  ["load", "SQS", "entry", ["KMS.ThrottlingException", "RequestThrottled", "ThrottlingException"]],
  ["load", "SQS", 400, ["KmsThrottled", "OverLimit", "RequestThrottled", "Throttling"]],
  ["load", "SQS", 403, ["RequestThrottled", "AWS.SimpleQueueService.OverLimit"]],
  ["load", "SQS", 503, ["SlowDown", "ThrottlingException"]],
  ["load", "SQS", "entry", ["SlowDown", "AWS.SimpleQueueService.OverLimit"]],
  ["load", "EventBridge", 429, ["Anything"]],
  ["service", "SQS", 400, ["SomethingNew", "RequestTimeout", "toString", ""]],
  ["service", "SQS", "entry", ["Refused", "InternalError", "InternalFailure", "Unconfirmed"]],
  ["service", "SQS", 500, ["InvalidParameterValue", "InvalidMessageContents", "KMS.DisabledException"]],
  ["service", "SQS", undefined, ["InvalidParameterValue", "ECONNREFUSED", "TimeoutError"]],
  ["service", "EventBridge", 500, ["ValidationException", "MalformedDetail", "AccessDeniedException"]],
  ["service", "EventBridge", "entry", ["InvalidRequestException", "ResourceNotFoundException"]],
  ["service", "EventBridge", 400, ["InvalidRequestException", "InvalidParameterValue"]],
  ["service", "EventBridge", 400, ["InvalidAddress", "UnsupportedOperation"]],
  ["service", "SQS", 400, ["NoKmsHere", "AccessExceptionDenied"]],
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

it("a name is known only for the service that it belongs to", () => {
  const isKnown = (name: string, status: number) =>
    (["Connect", "SQS", "EventBridge"] as const).filter((service) => blame(service, name, status).isKnown);
  assert.deepEqual(isKnown("ServiceQuotaExceededException", 402), ["Connect"]);
  assert.deepEqual(isKnown("IdempotencyException", 409), ["Connect"]);
});

describe("what was thrown", () => {
  const nameOf = (thrown: object) => readThrown(thrown).name;

  it("has a name, if only that of an error", () => {
    assert.deepEqual([nameOf({}), nameOf({ name: "" }), nameOf({ name: "Odd" })], ["Error", "Error", "Odd"]);
  });

  it("has a name that is a text and short, whatever an answer makes of it", () => {
    const $metadata = { httpStatusCode: 400 };
    assert.equal(nameOf({ name: 7, $metadata }), "7");
    assert.equal(nameOf({ name: "X".repeat(900_000), $metadata }), "X".repeat(256));
  });

  it("is named by Node's code if the connection broke in the middle of the answer", () => {
    const $metadata = { httpStatusCode: 200 };
    assert.equal(nameOf({ name: "Error", code: "ECONNRESET", $metadata }), "ECONNRESET");
    assert.equal(nameOf({ name: "Error", code: "ETIMEDOUT", $metadata }), "Error");
  });

  it("takes no text for a code", () => {
    for (const code of ["a SECRET", "SECRET: a", "E"]) assert.equal(nameOf({ name: "Error", code }), "Error");
  });

  it("was not sent if the certificate was refused, whatever else Node has codes for", () => {
    assert.ok(readThrown({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }).isUnsent);
    assert.ok(!readThrown({ code: "ERR_SSL_UNABLE_TO_FIND_SSL_METHOD" }).isUnsent);
  });
});
