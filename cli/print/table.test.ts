import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatDetailedTable, formatTable, printable, wrapText } from "./table.ts";

describe("a table", () => {
  it("aligns wide characters, which take two columns", () => {
    assert.equal(
      formatTable([
        ["注文-1", "a"],
        ["order-1", "b"],
      ]),
      "注文-1   a\norder-1  b",
    );
  });

  it("cuts the widest columns to the width, and nothing without one", () => {
    const rows = [["x".repeat(30), "short"]];
    assert.equal(formatTable(rows, 20), `${"x".repeat(12)}…  short`);
    assert.equal(formatTable(rows), `${"x".repeat(30)}  short`);
  });

  it("shows control characters, which a terminal would act on, as replacement characters", () => {
    assert.equal(formatTable([["a\u001b[31mb\u202e", "c"]]), "a\ufffd[31mb\ufffd  c");
  });
});

describe("a table with details", () => {
  const rows = [{ cells: ["a1", "order-1-of-a-long-name"], details: ["why it failed", ""] }];

  it("has them below each row, and a last cell that does not fit too", () => {
    assert.deepEqual(formatDetailedTable(["ID", "INTENT"], rows, 24, 1), [
      "ID  INTENT",
      "a1  order-1-of-a-long-n…\n          intent\n          order-1-of-a-long-name\n          why it failed",
    ]);
  });

  it("cuts nothing in a pipe", () => {
    assert.deepEqual(formatDetailedTable(["ID", "INTENT"], rows), [
      "ID  INTENT",
      "a1  order-1-of-a-long-name\n          why it failed",
    ]);
  });
});

describe("wrapping", () => {
  it("breaks at spaces, with the indent on each line", () => {
    assert.equal(wrapText("one two three", "  ", 9), "  one two\n  three");
  });

  it("keeps a word whole that is longer than a line, so that it can be copied", () =>
    assert.equal(wrapText("see arn:aws:sqs:1", "  ", 10), "  see\n  arn:aws:sqs:1"));

  it("breaks nothing without a width", () => assert.equal(wrapText("one two", "  "), "  one two"));
});

it("a line break inside a text becomes a space", () => assert.equal(printable("a\nb\tc"), "a b c"));
