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

  it("does not confirm an entry that has an error, whatever else it has", async () => {
    const { send } = outcomeBatching(async () => ({
      Entries: [{ EventId: "e", ErrorCode: "InternalFailure" }, { EventId: "e" }],
    }));
    assert.deepEqual(await send(entries, signal), [{ name: "InternalFailure", fault: "service" }, undefined]);
  });

  for (const Entries of [[{ ErrorCode: "MalformedDetail" }], [{ EventId: "e" }], [], undefined]) {
    it(`of another length confirms and blames nobody: ${JSON.stringify(Entries)}`, async () => {
      const { send } = outcomeBatching(async () => ({ Entries }));
      assert.deepEqual(await send(entries, signal), [unconfirmed, unconfirmed]);
    });
  }
});

describe("a call of PutEvents", () => {
  const { maxCount, maxBytes, bytesOf, reduce } = outcomeBatching(async () => ({}));

  it("has at most 10 entries and a megabyte, as EventBridge counts it", () => {
    assert.deepEqual([maxCount, maxBytes], [10, 1_000_000]);
    assert.equal(
      bytesOf({ Detail: "ü", DetailType: "abc", Source: "d", Resources: ["ef", "g"] }),
      2 + 3 + 1 + 2 + 1,
    );
    assert.equal(bytesOf({}), 0);
  });

  it("has an outcome without its metadata if it is refused with it, and says so", () => {
    const whole = { Source: "s", Detail: '{"intentId":"i","metadata":{"a":1}}' };
    const reduced = { Source: "s", Detail: '{"intentId":"i","metadataLeftOut":true}' };
    assert.deepEqual(reduce?.(whole), reduced);
    assert.equal(reduce?.(reduced), undefined);
  });
});
