import assert from "node:assert/strict";
import { it } from "node:test";
import { foldLines } from "./fold-lines.ts";

it("long lines are broken between words, and what follows is indented", () => {
  const text = "✔ order-1: failed, NoReason: something is wrong\n    next: look at the contact";
  assert.equal(
    foldLines(text, 30),
    "✔ order-1: failed,\n    NoReason: something is\n    wrong\n    next: look at the\n        contact",
  );
});

it("nothing is broken without a width", () =>
  assert.equal(foldLines("a ".repeat(100), undefined), "a ".repeat(100)));
