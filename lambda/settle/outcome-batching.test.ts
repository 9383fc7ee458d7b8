import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { outcomeBatching } from "./outcome-batching.ts";

const entries = [{ Detail: '{"n":1}' }, { Detail: '{"n":2}' }];
const signal = new AbortController().signal;
const unconfirmed = { name: "Unconfirmed", fault: "service" };

describe("an answer of PutEvents", () => {
  it("confirms an entry by its event id alone, and blames each refused entry by its code", async () => {
    const { send } = outcomeBatching(async () => ({
      Entries: [{ EventId: "e" }, { ErrorCode: "MalformedDetail" }],
    }));
    assert.deepEqual(await send(entries, signal), [undefined, { name: "MalformedDetail", fault: "message" }]);
  });

  for (const Entries of [[{ ErrorCode: "MalformedDetail" }], [{ EventId: "e" }], [], undefined]) {
    it(`of another length confirms and blames nobody: ${JSON.stringify(Entries)}`, async () => {
      const { send } = outcomeBatching(async () => ({ Entries }));
      assert.deepEqual(await send(entries, signal), [unconfirmed, unconfirmed]);
    });
  }
});
