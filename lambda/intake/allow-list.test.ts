import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instanceArn, instanceId, makeSettings } from "../../test/makers.ts";
import type { AllowLists } from "../settings.ts";
import { checkAllowed } from "./allow-list.ts";
import type { Destination } from "./intent.ts";

const toQueue: Destination = { kind: "queue", queueId: "queue-1" };
const toUser: Destination = { kind: "user", userId: "user-1" };

/** The message of the refusal; undefined if the intent is allowed. */
function refusalOf(allowLists: AllowLists, destination: Destination = { kind: "flow" }) {
  const intent = { intentId: "i", instanceId, contactId: "c", contactFlowId: "flow-1", destination };
  const refusal = checkAllowed(intent, makeSettings({ allowLists }));
  assert.ok(refusal === undefined || refusal.reason === "NotAllowed");
  return refusal?.message;
}

describe("checkAllowed", () => {
  const cases = [
    ["contactFlows", "contact-flow/flow-1", { kind: "flow" }, "contactFlowId names a flow", "contactFlowIds"],
    ["queues", "queue/queue-1", toQueue, "queueId names a queue", "queueIds"],
    ["users", "agent/user-1", toUser, "userId names a user", "userIds"],
  ] as const;
  for (const [list, path, destination, what, setting] of cases) {
    it(`accepts what the list of ${list} has by id or by ARN, and refuses anything else`, () => {
      const [, id = ""] = path.split("/");
      assert.equal(refusalOf({ [list]: new Set(["other", id]) }, destination), undefined);
      assert.equal(refusalOf({ [list]: new Set([`${instanceArn}/${path}`]) }, destination), undefined);
      assert.equal(
        refusalOf({ [list]: new Set(["other", `${instanceArn}/${id}`]) }, destination),
        `detail/${what} that this deployment does not allow; the setting ${setting} lists what is allowed`,
      );
    });
  }

  it("accepts everything without lists, and looks at no list of another kind of destination", () => {
    assert.equal(refusalOf({}, toQueue), undefined);
    const none = new Set<string>();
    assert.equal(refusalOf({ users: none }, toQueue), undefined);
    assert.equal(refusalOf({ queues: none }, toUser), undefined);
    assert.equal(refusalOf({ queues: none, users: none }), undefined);
  });
});
