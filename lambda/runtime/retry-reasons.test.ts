import assert from "node:assert/strict";
import { it } from "node:test";
import { describeReason } from "../../events/failure-reasons.ts";
import { describeRetryReason, ownRetryReasons } from "./retry-reasons.ts";

it("a retry's reason has words, those of a failure included", () => {
  assert.match(describeRetryReason("AccessDenied"), /^Connect denied the request/);
  const unknown = describeReason("no reason").meaning;
  for (const reason of Object.keys(ownRetryReasons)) assert.notEqual(describeRetryReason(reason), unknown);
  assert.equal(describeRetryReason("toString"), unknown);
});
