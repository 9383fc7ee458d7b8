import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type JsonLine, jsonLines } from "./json-lines.ts";

function textOf(lines: readonly JsonLine[] = []): string {
  return lines
    .map(({ depth, name, value, comma }) => {
      const text = value.kind === "string" ? JSON.stringify(value.text) : value.text;
      return `${"  ".repeat(depth)}${name === undefined ? "" : `${JSON.stringify(name)}: `}${text}${comma ? "," : ""}`;
    })
    .join("\n");
}

describe("the lines of JSON", () => {
  it("are those of JSON.stringify, for any value", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        // A member whose name is a number comes first in an object, wherever it stands in the text.
        const value: unknown = JSON.parse(text);
        const printed = JSON.stringify(value);
        assert.equal(textOf(jsonLines(printed)), JSON.stringify(value, undefined, 2));
      }),
    );
  });

  it("keep the digits of numbers, double members and the order of the text", () => {
    assert.equal(
      textOf(jsonLines('{"a":9007199254740993,"b":1.10,"a":-0,"2":1e400}')),
      '{\n  "a": 9007199254740993,\n  "b": 1.10,\n  "a": -0,\n  "2": 1e400\n}',
    );
  });

  it("name each member by its JSON pointer", () => {
    const pointers = jsonLines('{"a/b":[{"c~d":1}],"e":{}}')?.map(({ pointer }) => pointer);
    assert.deepEqual(pointers, ["", "/a~1b", "/a~1b/0", "/a~1b/0/c~0d", "/a~1b/0", "/a~1b", "/e", ""]);
  });

  it("cut long names as violations do", () => {
    const lines = jsonLines(`{"${"n".repeat(70)}":1}`);
    assert.equal(lines?.[1]?.pointer, `/${"n".repeat(64)}…`);
    assert.equal(lines?.[1]?.name, "n".repeat(70));
  });

  it("are none for what is not JSON", () => {
    for (const text of ["", "{", "queue", "[1,]", "{'a':1}", '{"a":1} {"b":2}'])
      assert.equal(jsonLines(text), undefined);
  });
});
