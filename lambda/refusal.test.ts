import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cutText, invalidIntent, type Violation } from "./refusal.ts";

const violations = (count: number): [Violation, ...Violation[]] => {
  const [first, ...others] = Array.from({ length: count }, (_, n) => ({ path: `/${n}`, message: `m${n}` }));
  assert.ok(first);
  return [first, ...others];
};

describe("the refusal of an invalid intent", () => {
  it("says what is wrong first, and how much more is", () => {
    const messages = [1, 2, 3].map((count) => invalidIntent(violations(count)).message);
    assert.deepEqual(messages, ["m0", "m0 (and 1 more)", "m0 (and 2 more)"]);
  });

  it("lists 20 violations and counts the others", () => {
    const whole = invalidIntent(violations(20));
    assert.deepEqual(whole.violations, violations(20));
    assert.equal("moreViolations" in whole, false);
    const more = invalidIntent(violations(21));
    assert.deepEqual([more.violations, more.moreViolations], [violations(20), 1]);
  });

  it("cuts what comes from outside after 1,024 characters", () => {
    const text = "x".repeat(1_024);
    assert.equal(cutText(text), text);
    assert.equal(cutText(`${text}y`), `${text}…`);
    assert.equal(cutText(`${text.slice(1)}😀`), `${text.slice(1)}\ufffd…`);
    assert.equal(cutText("\ud83d"), "\ufffd");
    const { message, violations: cut } = invalidIntent([{ path: `${text}y`, message: `${text}y` }]);
    assert.deepEqual([message, cut], [`${text}…`, [{ path: `${text}…`, message: `${text}…` }]]);
  });
});
