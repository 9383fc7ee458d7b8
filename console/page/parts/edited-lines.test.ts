import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Edit } from "../../protocol/plans.ts";
import { editedLines } from "./edited-lines.ts";
import { jsonLines } from "./json-lines.ts";

const body = '{"id":"1","detail":{"contactId":"c","queueId":"old","metadata":{"n":9007199254740993}}}';

function show(edits: readonly Edit[], text = body): string[] {
  return editedLines(jsonLines(text) ?? [], edits).map(({ depth, name, value, comma, mark }) => {
    const sign = mark === "added" ? "+" : mark === "removed" ? "-" : " ";
    const label = name === undefined ? "" : `${name}: `;
    return `${sign}${"  ".repeat(depth)}${label}${value.text}${comma ? "," : ""}`;
  });
}

describe("edited lines", () => {
  it("show a changed value beside the old one", () => {
    assert.deepEqual(show([{ path: "/detail/queueId", json: '"new"' }]), [
      " {",
      "   id: 1,".replace("   ", "   "),
      "   detail: {",
      "     contactId: c,",
      "-    queueId: old,",
      "+    queueId: new,",
      "     metadata: {",
      "       n: 9007199254740993",
      "     }",
      "   }",
      " }",
    ]);
  });

  it("add a member at the end of its holder, whatever its value", () => {
    assert.deepEqual(show([{ path: "/detail/b", json: '{"x":[1]}' }], '{"detail":{"a":1}}').slice(2), [
      "     a: 1,",
      "+    b: {",
      "+      x: [",
      "+        1",
      "+      ]",
      "+    }",
      "   }",
      " }",
    ]);
  });

  it("remove a member with all that is in it", () => {
    assert.deepEqual(show([{ path: "/detail/metadata" }]).slice(3), [
      "     contactId: c,",
      "     queueId: old",
      "-    metadata: {",
      "-      n: 9007199254740993",
      "-    }",
      "   }",
      " }",
    ]);
  });

  it("add the holders that are missing", () => {
    assert.deepEqual(show([{ path: "/detail/metadata/n", json: "1" }], '{"detail":{}}'), [
      " {",
      "-  detail: {}",
      "+  detail: {",
      "+    metadata: {",
      "+      n: 1",
      "+    }",
      "+  }",
      " }",
    ]);
  });

  it("stay as they are if the value is the same, or what is removed is not there", () => {
    const same = show([]);
    assert.deepEqual(show([{ path: "/detail/queueId", json: '"old"' }]), same);
    assert.deepEqual(show([{ path: "/detail/none" }]), same);
  });
});
