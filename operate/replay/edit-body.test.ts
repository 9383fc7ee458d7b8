import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Edit, editBody, parseSet, parseUnset } from "./edit-body.ts";
import { nextIntentId } from "./next-intent-id.ts";

const body =
  '{"id":"a","detail":{"queueId":"old","metadata":{"big":12345678901234567890,"exact":1.10,"n":1}}}';
const edit = (text: string, ...edits: readonly Edit[]) => {
  const result = editBody(text, edits);
  return "body" in result ? result.body : undefined;
};
const edited = (...sets: string[]) => edit(body, ...sets.map(parseSet));
const whyNot = (...edits: readonly Edit[]) => {
  const result = editBody('{"id":"a","detail":{"metadata":{"list":[1,2],"text":"x"}}}', edits);
  return "why" in result ? result.why : undefined;
};

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
    assert.equal(edit("{}", parseSet("detail.metadata.a=b")), '{"detail":{"metadata":{"a":"b"}}}');
  });

  it("can address an element of a list", () => {
    assert.equal(
      edit('{"detail":[{"b":1},2]}', parseSet("detail.0.b=x"), parseUnset("detail.1")),
      '{"detail":[{"b":"x"}]}',
    );
  });

  it("removes a member", () => {
    assert.equal(edit('{"a":1,"b":2}', parseUnset("a")), '{"b":2}');
    assert.equal(edit('{"b":2}', parseUnset("a.c")), '{"b":2}');
  });

  it("writes characters that SQS refuses as escapes", () => {
    assert.equal(edit('{"id":"\\uffff"}', parseSet("source=x")), '{"id":"\\uffff","source":"x"}');
  });

  it("of a body that is nested too deep to be written is impossible, unless it removes what is deep", () => {
    const deep = `{"id":"a","detail":{"metadata":${"[".repeat(7000)}${"]".repeat(7000)}}}`;
    assert.deepEqual(editBody(deep, [parseSet("id=b")]), {
      why: "it is nested too deep to be written again",
    });
    assert.equal(edit(deep, parseUnset("detail.metadata")), '{"id":"a","detail":{}}');
  });

  it("cannot be made in a body that is not JSON", () => {
    assert.deepEqual(editBody("not JSON", [parseSet("id=b")]), { why: "the body is not JSON" });
  });

  it("is made in the order given", () => {
    const [unset, set] = [parseUnset("detail.queueId"), parseSet("detail.queueId=q")];
    assert.equal(edit('{"detail":{"queueId":"old"}}', unset, set), '{"detail":{"queueId":"q"}}');
    assert.equal(edit('{"detail":{"queueId":"old"}}', set, unset), '{"detail":{}}');
  });

  it("reports what it changes, and nothing of what stays", () => {
    const result = editBody(body, [
      parseSet("detail.queueId=new"),
      parseSet("detail.metadata.n:=1"),
      parseUnset("detail.userId"),
      parseSet("detail.metadata.a/b:={}"),
    ]);
    assert.deepEqual("changes" in result && result.changes, [
      { path: "detail.queueId", from: '"old"', to: '"new"' },
      { path: "/detail/metadata/a~1b", from: undefined, to: "{}" },
    ]);
  });

  it("that changes nothing leaves the body byte for byte", () => {
    assert.equal(edit(' {"id": "a"} ', parseUnset("detail.userId")), ' {"id": "a"} ');
  });

  it("makes no list longer, and no text an object", () => {
    assert.equal(
      whyNot(parseSet("detail.metadata.list.7:=9")),
      "detail.metadata.list is a list of 2: it has no 7",
    );
    assert.match(whyNot(parseSet("/detail/metadata/list/-:=9")) ?? "", /it has no -$/);
    assert.equal(
      whyNot(parseSet("detail.metadata.text.t=1")),
      "detail.metadata.text is not an object: it has no member t",
    );
  });

  for (const [text, meant] of [
    ["detial.queueId=q", "detail.queueId"],
    ["queueId=q", "detail.queueId"],
    ["contactFlowId=f", "detail.contactFlowId"],
    ["tiem=x", "time"],
  ] as const) {
    it(`of a member that no envelope has is refused: ${text}`, () => {
      assert.throws(() => parseSet(text), {
        name: "UsageError",
        message: new RegExp(`did you mean ${meant}\\?`),
      });
    });
  }

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
