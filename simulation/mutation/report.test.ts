import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describe as describeResult, diffOf, isUnnoticed, summaryOf } from "./report.ts";

describe("the report on mutants", () => {
  it("shows the lines that a mutant changes", () => {
    assert.equal(diffOf("a\nb\nc", "a\nB\nc"), "- b\n+ B");
    assert.equal(diffOf("a\nb\nc\nd", "a\nx\nd"), "- b\n- c\n+ x");
    assert.equal(diffOf("a\na\nb", "a\nb"), "- a");
  });

  it("counts them by what became of them", () => {
    const killed = { id: "1", diff: "", status: "killed", by: "a test" } as const;
    const survived = { id: "2", diff: "- a", status: "survived" } as const;
    assert.equal(summaryOf([killed, killed, survived]), "2 killed, 1 survived");
    assert.deepEqual([killed, survived].map(isUnnoticed), [false, true]);
    assert.equal(describeResult(survived), "2: survived\n- a\n");
  });
});
