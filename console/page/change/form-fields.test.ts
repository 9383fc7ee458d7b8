import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonLines } from "../parts/json-lines.ts";
import {
  editOf,
  formFields,
  isTextAt,
  problemOf,
  proposedMember,
  unknownMembers,
  valueAt,
} from "./form-fields.ts";

function fieldOf(path: string) {
  const field = formFields.find((each) => each.path === path);
  assert.ok(field);
  return field;
}

describe("the form of an edit", () => {
  it("has each member of the contract", () => {
    assert.deepEqual(
      formFields.map(({ path }) => path),
      [
        "/detail/contactId",
        "/detail/contactFlowId",
        "/detail/instanceId",
        "/detail/queueId",
        "/detail/userId",
        "/detail/intentId",
        "/detail/expiresAt",
        "/detail/metadata",
        "/id",
        "/detail-type",
        "/source",
        "/time",
      ],
    );
    for (const { description, form } of formFields) assert.ok(description !== "" && form !== "");
  });

  it("says what is wrong with a value", () => {
    assert.match(problemOf(fieldOf("/detail/queueId"), "a b") ?? "", /^It must be a queue id/);
    assert.equal(problemOf(fieldOf("/detail/queueId"), "queue-1"), undefined);
    assert.equal(problemOf(fieldOf("/detail/contactId"), ""), "contactId is required");
    assert.equal(problemOf(fieldOf("/detail/metadata"), "{"), "This is not JSON yet");
  });

  it("makes an edit of what is typed, and none of what stays the same or is not finished", () => {
    const queue = fieldOf("/detail/queueId");
    assert.deepEqual(editOf(queue, 'a"b', "old"), { path: queue.path, json: '"a\\"b"' });
    assert.deepEqual(editOf(queue, "", "old"), { path: queue.path });
    assert.equal(editOf(queue, "old", "old"), undefined);
    assert.equal(editOf(queue, "", undefined), undefined);
    const metadata = fieldOf("/detail/metadata");
    assert.deepEqual(editOf(metadata, '{\n  "n": 9007199254740993\n}', undefined), {
      path: metadata.path,
      json: '{ "n": 9007199254740993 }',
    });
    assert.equal(editOf(metadata, '{ "n":', undefined), undefined);
  });

  it("shows an object with its own digits, and a text without quotes", () => {
    const lines = jsonLines('{"detail":{"queueId":"q","metadata":{"n":9007199254740993,"l":[1,2]}}}') ?? [];
    assert.equal(valueAt(lines, "/detail/queueId"), "q");
    assert.equal(
      valueAt(lines, "/detail/metadata"),
      '{\n  "n": 9007199254740993,\n  "l": [\n    1,\n    2\n  ]\n}',
    );
    assert.equal(valueAt(lines, "/detail/userId"), undefined);
    assert.deepEqual(
      ["/detail/queueId", "/detail/metadata/n"].map((path) => isTextAt(lines, path)),
      [true, false],
    );
  });

  it("names the members that the contract does not know, and what was meant", () => {
    const lines = jsonLines('{"version":"0","detail":{"queueID":"q","contactId":"c"}}') ?? [];
    assert.deepEqual(unknownMembers(lines), [{ path: "/detail/queueID", name: "queueID" }]);
    assert.equal(proposedMember("detail/queueID is not a known property; did you mean queueId?"), "queueId");
    assert.equal(proposedMember("detail/contactId is missing"), undefined);
  });
});
