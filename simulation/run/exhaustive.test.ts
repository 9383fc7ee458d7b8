import assert from "node:assert/strict";
import { it } from "node:test";
import { exhaustScope, scopes } from "./exhaustive.ts";
import { realCode } from "./real-code.ts";

it("all schedules of a small scope keep the invariants", async () => {
  const index = scopes().findIndex(({ name }) => name === "twins in one batch, conflict");
  const { schedules, failed } = await exhaustScope(index, realCode);
  assert.deepEqual(failed, []);
  assert.ok(schedules > 500, `${schedules} schedules`);
});
