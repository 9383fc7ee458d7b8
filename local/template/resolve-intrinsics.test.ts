import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type References, resolveIntrinsics } from "./resolve-intrinsics.ts";

const references: References = {
  ref: (name) => (name === "AWS::NoValue" ? undefined : `ref-${name}`),
  attribute: (logicalId, attribute) => `${logicalId}/${attribute}`,
};
const resolve = (value: unknown) => resolveIntrinsics(value, "Here", references);

describe("resolveIntrinsics", () => {
  const cases: [string, unknown, unknown][] = [
    ["Ref", { Ref: "Queue" }, "ref-Queue"],
    ["Fn::GetAtt as a list", { "Fn::GetAtt": ["Queue", "Arn"] }, "Queue/Arn"],
    ["Fn::GetAtt as a text", { "Fn::GetAtt": "Queue.Nested.Arn" }, "Queue/Nested.Arn"],
    ["Fn::Join over other intrinsics", { "Fn::Join": ["-", ["a", { Ref: "B" }, 3]] }, "a-ref-B-3"],
    ["Fn::Select of Fn::Split", { "Fn::Select": ["1", { "Fn::Split": [":", "a:b:c"] }] }, "b"],
    [
      "Fn::Sub with own variables, resources, attributes and literals",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: these are CloudFormation's placeholders.
      { "Fn::Sub": ["${own} ${Queue} ${Queue.Arn} ${!Queue}", { own: { Ref: "X" } }] },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the literal one stays.
      "ref-X ref-Queue Queue/Arn ${Queue}",
    ],
    ["AWS::NoValue leaves a member out", { kept: 1, gone: { Ref: "AWS::NoValue" } }, { kept: 1 }],
    ["AWS::NoValue leaves an element out", ["kept", { Ref: "AWS::NoValue" }], ["kept"]],
    ["plain data stays as it is", { list: [1, null, true], "a.b": {} }, { list: [1, null, true], "a.b": {} }],
  ];
  for (const [name, value, expected] of cases) {
    it(name, () => assert.deepEqual(resolve(value), expected));
  }

  it("names the place of an unsupported intrinsic", () => {
    assert.throws(() => resolve({ list: [{ "Fn::If": ["IsProduction", 1, 2] }] }), {
      message: "Here.list[0]: the local run does not support the intrinsic Fn::If.",
    });
  });

  it("names the place of a missing element", () => {
    assert.throws(() => resolve({ name: { "Fn::Select": [2, ["a"]] } }), {
      message: "Here.name: the list has no element 2.",
    });
  });
});
