import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ToolError } from "../../cli/errors.ts";
import { explainError, isHopeless, isThrottled } from "./explain-error.ts";

function explain(name: string, message = "The ciphertext refers to a key that does not exist.") {
  const thrown = Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
  const explained = explainError(thrown, { action: "sqs:ReceiveMessage", of: "https://sqs/1/dead-letters" });
  assert.ok(explained instanceof ToolError);
  return explained;
}

describe("a refusal by KMS", () => {
  for (const name of ["KMS.AccessDeniedException", "KmsAccessDenied"])
    it(`is one of the key, in KMS's own words, not of SQS: ${name}`, () => {
      const error = explain(name);
      assert.equal(
        error.message,
        "KMS refused the key of https://sqs/1/dead-letters for sqs:ReceiveMessage (AccessDenied): The ciphertext refers to a key that does not exist. Your role needs kms:Decrypt and kms:GenerateDataKey on the queue's key, and the key must be enabled.",
      );
      assert.equal(error.code, "KmsAccessDenied");
      assert.ok(isHopeless(error));
    });

  it("for load passes", () => {
    for (const name of ["KmsThrottled", "KMS.ThrottlingException"]) {
      const error = explain(name);
      assert.deepEqual([isThrottled(error), isHopeless(error)], [true, false]);
    }
  });
});

it("a refusal by SQS names the permission that is missing", () => {
  assert.match(
    explain("AccessDenied").message,
    /^You are not allowed to call sqs:ReceiveMessage on https:\/\/sqs\/1\/dead-letters\. /,
  );
});

it("what the SDK appends for whoever debugs it is left out", () => {
  const hint =
    "Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.";
  const { message } = explain("TimeoutError", `no data for 15 s\n  ${hint}`);
  assert.equal(
    message,
    "sqs:ReceiveMessage on https://sqs/1/dead-letters failed: TimeoutError: no data for 15 s",
  );
});
