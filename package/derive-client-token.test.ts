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
});
