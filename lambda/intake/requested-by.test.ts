import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readRequestedBy } from "./requested-by.ts";

const whole = { source: "com.example.orders", id: "event-1", time: "2026-11-24T10:00:00Z" };

describe("readRequestedBy", () => {
  it("names the source, the event and its time", () => {
    const { id, ...others } = whole;
    assert.deepEqual(readRequestedBy(whole), { ...others, eventId: id });
  });

  it("accepts a source of 1 to 256 characters", () => {
    for (const source of ["s", "s".repeat(256)]) assert.deepEqual(readRequestedBy({ source }), { source });
  });

  const parts: [string, object, object | undefined][] = [
    [
      "a source of 257 characters",
      { ...whole, source: "s".repeat(257) },
      { eventId: "event-1", time: whole.time },
    ],
    ["an empty source", { ...whole, source: "" }, { eventId: "event-1", time: whole.time }],
    ["half a character", { ...whole, source: "\ud83d" }, { eventId: "event-1", time: whole.time }],
    ["an id with a space", { ...whole, id: "event 1" }, { source: whole.source, time: whole.time }],
    [
      "a time that does not exist",
      { ...whole, time: "2026-02-30T10:00:00Z" },
      { source: whole.source, eventId: "event-1" },
    ],
    ["values of the wrong type", { source: 1, id: {}, time: null }, undefined],
  ];
  for (const [name, envelope, expected] of parts) {
    it(`leaves out ${name}`, () => assert.deepEqual(readRequestedBy(envelope), expected));
  }

  for (const envelope of [null, 7, "text", []]) {
    it(`finds nothing in ${JSON.stringify(envelope)}`, () =>
      assert.equal(readRequestedBy(envelope), undefined));
  }
});
