import assert from "node:assert/strict";
import { it } from "node:test";
import { explainMissingPackage } from "./missing-package.ts";

it("a missing aws-cdk-lib is one sentence that says how to install it", async () => {
  const missing = Object.assign(new Error("Cannot find package 'aws-cdk-lib' imported from /app/main.mjs"), {
    code: "ERR_MODULE_NOT_FOUND",
  });
  const explained = explainMissingPackage(missing) as Error & { exitCode: number };
  assert.equal(
    explained.message,
    "This command synthesizes the stack or checks its settings, and for that it needs aws-cdk-lib beside contact-transfer: run `npm install --save-dev aws-cdk-lib constructs`.",
  );
  assert.equal(explained.exitCode, 1);
});

it("any other error stays as it is", () => {
  const other = Object.assign(new Error("Cannot find package 'left-pad' imported from /app/main.mjs"), {
    code: "ERR_MODULE_NOT_FOUND",
  });
  assert.equal(explainMissingPackage(other), other);
  assert.equal(explainMissingPackage("thrown"), "thrown");
});
