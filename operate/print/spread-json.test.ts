import assert from "node:assert/strict";
import { it } from "node:test";
import { spreadJson } from "./spread-json.ts";

it("a JSON text has a line for each member, and keeps its numbers and strings as they are", () => {
  const json = '{"a":[1.0,9007199254740993],"b":{},"c":[],"d":"{\\"x\\": [1, 2]}","e":{"f":null}}';
  assert.deepEqual(spreadJson(json), [
    "{",
    '  "a": [',
    "    1.0,",
    "    9007199254740993",
    "  ],",
    '  "b": {},',
    '  "c": [],',
    '  "d": "{\\"x\\": [1, 2]}",',
    '  "e": {',
    '    "f": null',
    "  }",
    "}",
  ]);
  const value = { a: ["[", "{"], b: { c: { d: [[], {}] } }, e: "," };
  assert.deepEqual(spreadJson(JSON.stringify(value)).join("\n"), JSON.stringify(value, undefined, 2));
});

it("a value that is no object has one line", () => assert.deepEqual(spreadJson(' "a b" '), ['"a b"']));

it("what is nested deep stays on one line", () => {
  const lines = spreadJson(`[${"[".repeat(498)}1,{"a":2}${"]".repeat(498)},3]`);
  assert.equal(lines[16], `${" ".repeat(32)}${"[".repeat(483)}1,{"a": 2}${"]".repeat(483)}`);
  assert.equal(lines.join("").replaceAll(" ", ""), `${"[".repeat(499)}1,{"a":2}${"]".repeat(498)},3]`);
  assert.equal(lines.length, 34);
});
