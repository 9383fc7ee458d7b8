import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reasonNames } from "../../events/failure-reasons.ts";
import { readCarriedResult } from "./carried-result.ts";

const transferred = {
  clientToken: "ct1-token",
  kind: "transferred",
  response: { contactId: "new", contactArn: "arn", evidence: "answered", httpStatus: 200 },
  requestId: "request-1",
};
const refused = {
  clientToken: "ct1-token",
  kind: "refused",
  refusal: {
    reason: "InvalidRequest",
    message: "Invalid flow",
    error: { name: "InvalidRequestException", httpStatus: 400, requestId: "request-1" },
  },
};

describe("readCarriedResult", () => {
  it("reads what the function writes", () => {
    assert.deepEqual(readCarriedResult(transferred), transferred);
    assert.deepEqual(readCarriedResult(refused), refused);
    for (const reason of reasonNames.filter((name) => name !== "InvalidIntent" && name !== "NotAllowed")) {
      const result = { ...refused, refusal: { ...refused.refusal, reason } };
      assert.deepEqual(readCarriedResult(result), result);
    }
  });

  it("needs no request id and, of a refusal, no status", () => {
    assert.deepEqual(readCarriedResult({ ...transferred, requestId: undefined }), {
      ...transferred,
      requestId: undefined,
    });
    const error = { name: "InvalidRequestException", httpStatus: "400", requestId: 7 };
    const result = readCarriedResult({ ...refused, refusal: { ...refused.refusal, error } });
    assert.ok(result?.kind === "refused");
    assert.deepEqual(result.refusal.error, { name: error.name, httpStatus: undefined, requestId: undefined });
  });

  const without = (change: object) => ({ ...transferred, response: { ...transferred.response, ...change } });
  const refusing = (change: object) => ({ ...refused, refusal: { ...refused.refusal, ...change } });
  for (const [what, value] of [
    ["nothing", undefined],
    ["null", null],
    ["a text", "transferred"],
    ["a kind that it does not know", { ...refused, ...transferred, kind: "moved" }],
    ["no token", { ...transferred, clientToken: undefined }],
    ["an empty token", { ...transferred, clientToken: "" }],
    ["a token of 2,049 characters", { ...transferred, clientToken: "x".repeat(2_049) }],
    ["no response", { ...transferred, response: null }],
    ["no contact", without({ contactId: "" })],
    ["an ARN that is no text", without({ contactArn: 1 })],
    ["a status as text", without({ httpStatus: "200" })],
    ["a status that is not whole", without({ httpStatus: 200.5 })],
    ["a status below 100", without({ httpStatus: 99 })],
    ["a status above 599", without({ httpStatus: 600 })],
    ["no refusal", { ...refused, refusal: undefined }],
    ["a reason that Connect does not give", refusing({ reason: "NotAllowed" })],
    ["no message", refusing({ message: undefined })],
    ["no error", refusing({ error: null })],
  ] as const) {
    it(`knows nothing if there is ${what}`, () => assert.equal(readCarriedResult(value), undefined));
  }

  it("accepts texts of 2,048 characters, and every status from 100 to 599", () => {
    assert.notEqual(readCarriedResult({ ...transferred, clientToken: "x".repeat(2_048) }), undefined);
    for (const httpStatus of [100, 599])
      assert.notEqual(readCarriedResult(without({ httpStatus })), undefined);
  });
});
