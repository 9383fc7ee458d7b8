import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { visibleParts, visibleText } from "./visible-text.ts";

describe("a text from outside", () => {
  for (const [what, text, shown] of [
    ["a bidi override", "abc\u202Edcba", "abc⟨U+202E⟩dcba"],
    ["a bidi isolate", "a\u2067b\u2069", "a⟨U+2067⟩b⟨U+2069⟩"],
    ["a zero-width space", "queue\u200B-a", "queue⟨U+200B⟩-a"],
    ["a soft hyphen", "que\u00ADue", "que⟨U+00AD⟩ue"],
    ["an escape", "\u001B[31mred", "⟨U+001B⟩[31mred"],
    ["a null", "a\0b", "a⟨\\0⟩b"],
    ["a line break", "a\nb\r\n", "a⟨\\n⟩b⟨\\r⟩⟨\\n⟩"],
    ["a line separator", "a\u2028b", "a⟨U+2028⟩b"],
    ["a lone surrogate", "a\uD800b", "a⟨U+D800⟩b"],
    ["a tag of another plane", "a\u{E0041}b", "a⟨U+E0041⟩b"],
    ["a Hangul filler", "a\u3164b", "a⟨U+3164⟩b"],
  ] as const) {
    it(`shows ${what}`, () => assert.equal(visibleText(text), shown));
  }

  it("stays as it is without such characters, in any script", () => {
    for (const text of ["queue-a_b.c", "<script>alert(1)</script>", "Zürich 日本語 עברית 🎉", ""])
      assert.equal(visibleText(text), text);
  });

  it("keeps the line breaks of a block", () => {
    assert.deepEqual(visibleParts("a\nb\u202E", "\n"), [
      { text: "a\nb" },
      { text: "\u202E", marker: "U+202E" },
    ]);
  });
});
