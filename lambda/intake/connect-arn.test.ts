import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instanceArn, instanceId } from "../../test/makers.ts";
import { parseConnectArn } from "./connect-arn.ts";

describe("parseConnectArn", () => {
  it("reads the ARN of an instance, and of what belongs to it", () => {
    assert.deepEqual(parseConnectArn(instanceArn), {
      instanceArn,
      instanceId,
      kind: undefined,
      id: instanceId,
    });
    assert.deepEqual(parseConnectArn(`${instanceArn}/queue/q-1`), {
      instanceArn,
      instanceId,
      kind: "queue",
      id: "q-1",
    });
  });

  for (const text of [
    "",
    instanceId,
    ` ${instanceArn}`,
    `${instanceArn} `,
    `${instanceArn}/queue`,
    `${instanceArn}/queue/q-1/more`,
    `${instanceArn}/queue/q-1:latest`,
    instanceArn.replace(":connect:", ":sqs:"),
    instanceArn.replace("111122223333", "11112222333"),
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseConnectArn(text), undefined));
  }
});
