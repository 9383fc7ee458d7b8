import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileLogFilterPattern } from "./log-filter-pattern.ts";

const event = JSON.stringify({ detail: { intentId: 'order "1" || 2', request: { contactId: "task-1" } } });

describe("compileLogFilterPattern", () => {
  const cases = [
    ["", true],
    ['{ $.detail.request.contactId = "task-1" }', true],
    ['{ ($.detail.clientToken = "x") || ($.detail.request.contactId = "task-1") }', true],
    ['{ $.detail.request.contactId = "task" }', false],
    ['{ $.detail.request = "task-1" }', false],
    ['{ $.detail.request.contactId = "task-*" }', true],
    ['{ $.detail.request.contactId = "*-2" }', false],
    ['{ $.toString = "x" }', false],
  ] as const;
  for (const [pattern, matches] of cases) {
    it(`returns ${matches} for ${pattern || "an empty pattern"}`, () => {
      assert.equal(compileLogFilterPattern(pattern)(event), matches);
    });
  }

  it("returns false for text that is not JSON", () => {
    assert.equal(compileLogFilterPattern('{ $.a = "x" }')("a = x"), false);
  });

  it("unescapes a quoted text", () => {
    const matches = compileLogFilterPattern(String.raw`{ $.a = "say \"x\"" }`);
    assert.equal(matches(JSON.stringify({ a: 'say "x"' })), true);
  });

  for (const pattern of ["ERROR", "{ $.a = 1 }", '{ $.a = "x" && $.b = "y" }', '{ $.a != "x" }']) {
    it(`rejects ${pattern} rather than ignoring it`, () => {
      assert.throws(() => compileLogFilterPattern(pattern), /supports only filters like/);
    });
  }
});
