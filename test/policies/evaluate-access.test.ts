import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type AccessRequest, isAllowed, type Statement } from "./evaluate-access.ts";

const role = "arn:aws:iam::111122223333:role/r";
const queue = "arn:aws:sqs:us-east-1:111122223333:q";
const send: AccessRequest = { principal: role, action: "sqs:SendMessage", resources: [queue] };

function evaluate(request: AccessRequest, identity: Statement[], resource: Statement[] = []) {
  return isAllowed(request, {
    identity: new Map([[role, identity]]),
    resource: new Map([[queue, resource]]),
  });
}

const allow: Statement = { Effect: "Allow", Action: "sqs:*", Resource: queue };

describe("isAllowed", () => {
  it("allows nothing without a statement", () => assert.equal(evaluate(send, []), false));
  it("allows a request that a statement of the role allows", () =>
    assert.equal(evaluate(send, [allow]), true));
  it("compares actions case-insensitively, resources case-sensitively", () => {
    assert.equal(evaluate({ ...send, action: "SQS:sendmessage" }, [allow]), true);
    assert.equal(evaluate(send, [{ ...allow, Resource: queue.toUpperCase() }]), false);
  });
  it("prefers a denial of the resource's policy", () => {
    const deny: Statement = { Effect: "Deny", Principal: { AWS: "*" }, Action: "sqs:*", Resource: queue };
    assert.equal(evaluate(send, [allow], [deny]), false);
  });
  it("fails a condition whose key is absent", () => {
    const Condition = { StringEquals: { "events:source": "x" } };
    assert.equal(evaluate(send, [{ ...allow, Condition }]), false);
  });
  it("requires all keys of a condition, and one value of each", () => {
    const Condition = { StringEquals: { "events:source": ["x", "y"], "events:detail-type": "z" } };
    const context = { "events:source": "y", "events:detail-type": "z" };
    assert.equal(evaluate({ ...send, context }, [{ ...allow, Condition }]), true);
    assert.equal(evaluate({ ...send, context: { "events:source": "y" } }, [{ ...allow, Condition }]), false);
  });
  describe("a key with several values", () => {
    const context = { "events:source": ["x", "y"] };
    const judge = (operator: string, expected: string[], of: AccessRequest["context"] = context) =>
      evaluate({ ...send, context: of }, [
        { ...allow, Condition: { [operator]: { "events:source": expected } } },
      ]);
    it("satisfies ForAllValues if all of them match, and also if the key is absent", () => {
      assert.equal(judge("ForAllValues:StringEquals", ["x", "y", "z"]), true);
      assert.equal(judge("ForAllValues:StringEquals", ["x"]), false);
      assert.equal(judge("ForAllValues:StringEquals", ["x"], {}), true);
    });
    it("satisfies ForAnyValue if one of them matches, and never if the key is absent", () => {
      assert.equal(judge("ForAnyValue:StringEquals", ["x"]), true);
      assert.equal(judge("ForAnyValue:StringEquals", ["z"]), false);
      assert.equal(judge("ForAnyValue:StringEquals", ["x"], {}), false);
    });
    it("satisfies Null: false if it is present", () => {
      assert.equal(judge("Null", ["false"]), true);
      assert.equal(judge("Null", ["false"], {}), false);
    });
    it("is an error for an operator without a set", () => {
      assert.throws(() => judge("StringEquals", ["x"]), /events:source has several values/);
    });
  });
  it("satisfies a negated operator if the value differs or the key is absent", () => {
    const Condition = { ArnNotEquals: { "aws:SourceArn": queue } };
    assert.equal(evaluate(send, [{ ...allow, Condition }]), true);
    assert.equal(evaluate({ ...send, context: { "aws:SourceArn": role } }, [{ ...allow, Condition }]), true);
    assert.equal(
      evaluate({ ...send, context: { "aws:SourceArn": queue } }, [{ ...allow, Condition }]),
      false,
    );
  });
  it("knows the principal's own ARN", () => {
    const Condition = { ArnEquals: { "aws:PrincipalArn": role } };
    assert.equal(evaluate(send, [{ ...allow, Condition }]), true);
  });
  it("requires all resources of a request to be allowed", () => {
    assert.equal(evaluate({ ...send, resources: [queue, `${queue}2`] }, [allow]), false);
  });
  it("admits another account's principal by the resource's policy alone", () => {
    const principal = "arn:aws:iam::444455556666:role/r";
    const open: Statement = {
      ...allow,
      Principal: { AWS: ["arn:aws:iam::444455556666:root"] },
    };
    assert.equal(evaluate({ ...send, principal }, [allow]), false);
    assert.equal(evaluate({ ...send, principal }, [], [open]), true);
  });
  for (const [what, statement, message] of [
    [
      "an operator",
      { ...allow, Condition: { NumericLessThan: { "events:source": "1" } } },
      /NumericLessThan/,
    ],
    ["a key", { ...allow, Condition: { StringEquals: { "aws:PrincipalTag/x": "1" } } }, /PrincipalTag/],
    ["an element", { ...allow, ...{ NotAction: "sqs:*" } }, /NotAction/],
  ] as const) {
    it(`rejects ${what} that it does not support`, () => {
      assert.throws(() => evaluate(send, [statement]), message);
    });
  }
});
