import assert from "node:assert/strict";
import { it } from "node:test";
import { foldLines } from "./fold-lines.ts";

it("long lines are broken between words, and what follows is indented", () => {
  const text = "✔ order-1: failed, NoReason: something is wrong\n    next: look at the contact first";
  assert.equal(
    foldLines(text, 30),
    "✔ order-1: failed,\n    NoReason: something is\n    wrong\n    next: look at the\n        contact first",
  );
});

it("nothing is broken without a width", () =>
  assert.equal(foldLines("a ".repeat(100), undefined), "a ".repeat(100)));

it("a line that fits, a command and a long word stay whole", () => {
  const text =
    "a line of twenty-four ch\nnpx contact-transfer dlq list --reason X\n  see arn:aws:sqs:us-east-1:111122223333";
  assert.equal(
    foldLines(text, 24),
    "a line of twenty-four ch\nnpx contact-transfer dlq list --reason X\n  see\n      arn:aws:sqs:us-east-1:111122223333",
  );
});
