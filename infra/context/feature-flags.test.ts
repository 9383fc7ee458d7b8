import assert from "node:assert/strict";
import { it } from "node:test";
import recommendedFeatureFlags from "aws-cdk-lib/recommended-feature-flags.json" with { type: "json" };
import { featureFlags } from "./feature-flags.ts";

it("cdk.json fixes flags that this version of aws-cdk-lib knows", () => {
  const known = Object.keys(recommendedFeatureFlags);
  assert.ok(Object.keys(featureFlags).length > 80);
  assert.deepEqual(
    Object.keys(featureFlags).filter((name) => !known.includes(name)),
    [],
  );
});
