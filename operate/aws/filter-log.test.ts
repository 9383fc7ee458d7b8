import assert from "node:assert/strict";
import { it } from "node:test";
import { jsonFilter } from "./filter-log.ts";

it("a filter names each member, and cuts a text that is too long for one at a wildcard", () => {
  assert.equal(jsonFilter(["a", "b.c"], 'x"y'), '{ ($.a = "x\\"y") || ($.b.c = "x\\"y") }');
  const pattern = jsonFilter(["detail.intentId", "detail.contactId"], "x".repeat(2_000));
  assert.ok(pattern.length <= 1024);
  assert.match(pattern, /"x{100,}\*"/);
});
