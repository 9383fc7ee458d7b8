import assert from "node:assert/strict";
import { describe, it } from "node:test";
import frozen from "../events/client-token-vectors.json" with { type: "json" };
import { deriveClientToken } from "./derive-client-token.ts";

describe("deriveClientToken, as the package exports it", () => {
  for (const { description, intent, clientToken } of frozen.vectors) {
    it(`returns the frozen token: ${description}`, () => {
      assert.equal(deriveClientToken(intent), clientToken);
    });
  }

  const ids = { intentId: "i", instanceId: "n", contactId: "c", contactFlowId: "f" };
  const arn = "arn:aws:connect:us-east-1:111122223333:instance/n";
  for (const [wrong, message] of [
    [{ queueId: "q", userId: "u" }, "Give at most one of queueId and userId."],
    [{ instanceId: arn }, `instanceId must be an id, not an ARN: ${arn}.`],
    [{ queueId: `${arn}/queue/q` }, `queueId must be an id, not an ARN: ${arn}/queue/q.`],
    [{ contactFlowId: undefined }, "contactFlowId must be an id."],
    [{ intentId: "" }, "intentId must be an id."],
  ] as const) {
    it(`throws, rather than return the token of no request: ${message}`, () => {
      const given = { ...ids, ...wrong } as Parameters<typeof deriveClientToken>[0];
      assert.throws(() => deriveClientToken(given), { name: "TypeError", message });
    });
  }
});
