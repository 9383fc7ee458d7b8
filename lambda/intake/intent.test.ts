import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instanceArn, instanceId, makeSettings } from "../../test/makers.ts";
import { type ReducedIntent, reduceIntent, requestOf } from "./intent.ts";

const { instances } = makeSettings();
const ids = { contactId: "c", contactFlowId: "f" };

function requestIn({ intent }: ReducedIntent) {
  assert.ok(intent);
  return requestOf(intent);
}

describe("reduceIntent", () => {
  for (const [name, destination] of [
    ["a queue", { queueId: "q" }],
    ["a user", { userId: "u" }],
    ["neither: the flow decides", {}],
  ] as const) {
    it(`keeps the ids of an intent to ${name}`, () => {
      const reduced = reduceIntent({ id: "e", detail: { ...ids, ...destination } }, instances);
      assert.deepEqual(requestIn(reduced), { instanceId, ...ids, ...destination });
    });
  }

  it("reduces every ARN to its id", () => {
    const detail = {
      instanceId: instanceArn,
      contactId: `${instanceArn}/contact/c`,
      contactFlowId: `${instanceArn}/contact-flow/f`,
    };
    const toQueue = { id: "e", detail: { ...detail, queueId: `${instanceArn}/queue/q` } };
    assert.deepEqual(requestIn(reduceIntent(toQueue, instances)), { instanceId, ...ids, queueId: "q" });
    const toUser = { id: "e", detail: { ...detail, userId: `${instanceArn}/agent/u` } };
    assert.deepEqual(requestIn(reduceIntent(toUser, instances)), { instanceId, ...ids, userId: "u" });
  });
});
