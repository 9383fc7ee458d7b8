import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { holdsExactNumber, parseLossless } from "./lossless-json.ts";

describe("parsing without loss", () => {
  for (const text of [
    "9007199254740993",
    " -0",
    '{"a":1.10}',
    '{"a" :\n 1e400}',
    '[1.0,{"b":[-0]}]',
    '{"a":"1","b": 12345678901234567890}',
  ]) {
    it(`keeps the digits of ${JSON.stringify(text)}`, () => {
      const value = parseLossless(text);
      assert.equal(JSON.stringify(value), text.replaceAll(/\s/g, ""));
      assert.equal(holdsExactNumber(value), true);
    });
  }

  it("is JSON.parse for everything that a program can write", () =>
    fc.assert(
      fc.property(fc.json(), (text) => {
        assert.deepEqual(JSON.stringify(parseLossless(text)), JSON.stringify(JSON.parse(text)));
      }),
    ));

  const numberText = fc.stringMatching(/^-?(?:0|[1-9][0-9]{0,19})(?:\.[0-9]{1,3})?(?:[eE][+-]?[0-9]{1,3})?$/);
  const values = fc.array(
    fc.oneof(
      numberText,
      fc.string().map((text) => JSON.stringify(text)),
    ),
    { minLength: 1 },
  );
  it("keeps every number that JSON can hold, wherever it is", () =>
    fc.assert(
      fc.property(values, fc.constantFrom("", " ", "\n"), (texts, space) => {
        const members = texts.map((text, index) => `"m${index}":${space}${text}`);
        const text = `{"list":[${texts.join(`,${space}`)}],${members.join(",")}}`;
        const compact = `{"list":[${texts.join(",")}],${texts.map((each, index) => `"m${index}":${each}`).join(",")}}`;
        assert.equal(JSON.stringify(parseLossless(text)), compact);
        assert.equal(JSON.stringify(parseLossless(texts[0] ?? "")), texts[0]);
      }),
    ));

  for (const text of ["", "{", '{"a":}', "nul"])
    it(`rejects ${JSON.stringify(text)}`, () => assert.throws(() => parseLossless(text), SyntaxError));
});

it("texts that look like numbers are no exact numbers", () =>
  assert.equal(holdsExactNumber(parseLossless('{"a":":1.10","b":["-0",{"c":1}]}')), false));
