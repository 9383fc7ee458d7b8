import assert from "node:assert/strict";
import { it } from "node:test";
import { httpStatusOfError } from "./connect-api-error.ts";
import { checkDescribeContact, checkTransferContact, transferContactLimits } from "./request-limits.ts";

/** Excerpt from Amazon Connect's service model 2017-08-08, operation TransferContact. */
const model = {
  required: ["InstanceId", "ContactId", "ContactFlowId"],
  members: {
    InstanceId: { max: 100, min: 1 },
    ContactId: { max: 256, min: 1 },
    QueueId: {},
    UserId: { max: 256, min: 1 },
    ContactFlowId: { max: 500 },
    ClientToken: { max: 500 },
  } as Record<string, { max?: number; min?: number }>,
  errors: {
    InvalidRequestException: 400,
    IdempotencyException: 409,
    AccessDeniedException: 403,
    ResourceNotFoundException: 404,
    ServiceQuotaExceededException: 402,
    ThrottlingException: 429,
    InternalServiceException: 500,
  } as Record<string, number>,
};
const valid = { InstanceId: "i", ContactId: "c", ContactFlowId: "f" };

it("the members are those of the model", () => {
  assert.deepEqual(Object.keys(transferContactLimits), Object.keys(model.members));
});

it("the errors have the status codes of the model", () => {
  const known: Record<string, number> = httpStatusOfError;
  for (const [name, status] of Object.entries(model.errors)) assert.equal(known[name], status, name);
});

for (const [name, { min = 0, max }] of Object.entries(model.members)) {
  const withLength = (length: number) => () => checkTransferContact({ ...valid, [name]: "x".repeat(length) });

  it(`${name} accepts ${min} to ${max ?? "any number of"} characters`, () => {
    assert.doesNotThrow(withLength(min));
    assert.doesNotThrow(withLength(max ?? 10_000));
    if (min > 0)
      assert.throws(withLength(min - 1), {
        name: "InvalidRequestException",
        message: new RegExp(`${name}: .*greater than or equal to ${min}$`),
      });
    if (max !== undefined)
      assert.throws(withLength(max + 1), {
        name: "InvalidRequestException",
        message: new RegExp(`${name}: .*less than or equal to ${max}$`),
      });
  });

  const required = model.required.includes(name);
  it(`${name} is ${required ? "required" : "optional"}`, () => {
    const without = () => checkTransferContact({ ...valid, [name]: undefined });
    if (required)
      assert.throws(without, {
        name: "InvalidRequestException",
        message: `1 validation error detected: ${name}: Member must not be null`,
      });
    else assert.doesNotThrow(without);
  });
}

it("every violation is listed", () => {
  assert.throws(() => checkTransferContact({ ContactId: "", ContactFlowId: "f" }), {
    name: "InvalidRequestException",
    message:
      "2 validation errors detected: InstanceId: Member must not be null; ContactId: Member must have length greater than or equal to 1",
  });
});

it("lengths are counted in characters, not in UTF-16 units", () => {
  assert.doesNotThrow(() => checkTransferContact({ ...valid, ContactId: "😀".repeat(256) }));
});

it("DescribeContact needs both ids within the model's lengths", () => {
  assert.deepEqual(checkDescribeContact({ InstanceId: "i", ContactId: "c" }), {
    InstanceId: "i",
    ContactId: "c",
  });
  assert.throws(() => checkDescribeContact({ InstanceId: "i" }), { name: "InvalidRequestException" });
  assert.throws(() => checkDescribeContact({ InstanceId: "i".repeat(101), ContactId: "c" }), {
    name: "InvalidRequestException",
  });
});
