import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatTable, printable, wrapText } from "./table.ts";

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

describe("wrapping", () => {
  it("breaks at spaces, with the indent on each line", () => {
    assert.equal(wrapText("one two three", "  ", 9), "  one two\n  three");
  });

  it("breaks nothing without a width", () => assert.equal(wrapText("one two", "  "), "  one two"));
});

it("a line break inside a text becomes a space", () => assert.equal(printable("a\nb\tc"), "a b c"));
