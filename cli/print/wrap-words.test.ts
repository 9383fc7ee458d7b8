import assert from "node:assert/strict";
import { describe, it } from "node:test";
import stringWidth from "string-width";
import { widthUpTo, wrapWords } from "./wrap-words.ts";

describe("a line", () => {
  const cases: readonly (readonly [text: string, room: number, rows: readonly string[]])[] = [
    ["", 10, [""]],
    ["one two three", 7, ["one two", "three"]],
    ["one  two   three", 8, ["one  two", "three"]],
    ["trailing   ", 10, ["trailing"]],
    ["see arn:aws:sqs:1 now", 6, ["see", "arn:aws:sqs:1", "now"]],
    ["\u001b[1mone two\u001b[22m three", 7, ["\u001b[1mone two\u001b[22m", "three"]],
    ["日本 日本 日本", 9, ["日本 日本", "日本"]],
    ["👩‍🚒 👩‍🚒 👩‍🚒", 5, ["👩‍🚒 👩‍🚒", "👩‍🚒"]],
    ["a\tb c", 10, ["a\tb", "c"]],
    ["e\u0301 as it is", 80, ["e\u0301 as it is"]],
  ];
  for (const [text, room, rows] of cases) {
    it(`of ${room} columns: ${JSON.stringify(text)}`, () => assert.deepEqual(wrapWords(text, room), rows));
  }
});

describe("of a megabyte, each character is measured at most once", () => {
  const size = 1_000_000;
  const lines = {
    words: "word ".repeat(size / 5),
    "one word": "é".repeat(size),
    spaces: `a${" ".repeat(size)}b`,
    "marks on one letter": `a${"\u0301".repeat(size)}`,
    tabs: "a\t".repeat(size / 2),
    colors: "\u001b[1ma\u001b[22m ".repeat(size / 11),
  };
  for (const [kind, line] of Object.entries(lines)) {
    it(kind, () => {
      let measured = 0;
      wrapWords(line, 80, (text) => {
        measured += text.length;
        return stringWidth(text);
      });
      assert.ok(measured <= line.length, `${measured} characters`);
    });
  }
});

it("a text that cannot fit is not measured", () => {
  const fail = () => assert.fail("measured");
  assert.equal(widthUpTo(80, "x".repeat(2000), fail), Number.POSITIVE_INFINITY);
});
