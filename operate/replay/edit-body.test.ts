import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { editBody, parseSet, parseUnset } from "./edit-body.ts";
import { nextIntentId } from "./next-intent-id.ts";

const body =
  '{"id":"a","detail":{"queueId":"old","metadata":{"big":12345678901234567890,"exact":1.10,"n":1}}}';
const edited = (...sets: string[]) => editBody(body, sets.map(parseSet));

describe("an edit", () => {
  it("replaces a member in its place and changes nothing else", () => {
    assert.equal(edited("detail.queueId=new"), body.replace("old", "new"));
  });

  it("takes text after =, even if it looks like a number", () => {
    assert.equal(edited("detail.queueId=17"), body.replace('"old"', '"17"'));
  });

  it("takes JSON after :=", () => {
    assert.equal(edited("detail.metadata.n:=[1,null]"), body.replace('"n":1', '"n":[1,null]'));
    const id = "9007199254740993";
    assert.equal(edited(`detail.metadata.n:=${id}`), body.replace('"n":1', `"n":${id}`));
  });

  it("keeps everything after the first = unchanged", () => {
    assert.equal(edited("detail.queueId=a=b:=c"), body.replace("old", "a=b:=c"));
  });

  it("creates the missing parents of a member", () => {
    assert.equal(editBody("{}", [parseSet("detail.metadata.a=b")]), '{"detail":{"metadata":{"a":"b"}}}');
  });

  it("can address an element of a list", () => {
    assert.equal(editBody('{"a":[{"b":1},2]}', [parseSet("a.0.b=x")]), '{"a":[{"b":"x"},2]}');
  });

  it("removes a member", () => {
    assert.equal(editBody('{"a":1,"b":2}', [parseUnset("a")]), '{"b":2}');
    assert.equal(editBody('{"b":2}', [parseUnset("a.c")]), '{"b":2}');
  });

  it("writes characters that SQS refuses as escapes", () => {
    assert.equal(editBody('{"a":"\\uffff"}', [parseSet("b=x")]), '{"a":"\\uffff","b":"x"}');
  });

  it("cannot be made in a body that is not JSON", () => {
    assert.equal(editBody("not JSON", [parseSet("a=b")]), undefined);
  });

  for (const text of ["", "detail.queueId", "=x", "a:=", "a:={", "constructor.x=1"]) {
    it(`that is malformed is refused: ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseSet(text), { name: "UsageError" });
    });
  }
});

describe("the next intentId", () => {
  for (const [before, after] of [
    ["order-4711", "order-4711~2"],
    ["order-4711~2", "order-4711~3"],
    ["order~x", "order~x~2"],
    ["~5", "~5~2"],
    ["x".repeat(128), `${"x".repeat(126)}~2`],
    [`${"x".repeat(125)}~99`, `${"x".repeat(124)}~100`],
  ] as const) {
    it(`of ${before} is ${after}`, () => assert.equal(nextIntentId(before), after));
  }
});
