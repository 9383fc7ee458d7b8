import assert from "node:assert/strict";
import { it } from "node:test";
import { exhaustScope, scopes } from "./exhaustive.ts";
import { realCode } from "./real-code.ts";

// Run before the first test exists: from then on, node:test follows every promise, and that costs more than they do.
const index = scopes().findIndex(({ name }) => name === "twins in one batch, conflict");
const { schedules, failed } = await exhaustScope(index, realCode);

it("all schedules of a small scope keep the invariants", () => {
  assert.deepEqual(failed, []);
  assert.ok(schedules > 500, `${schedules} schedules`);
});
