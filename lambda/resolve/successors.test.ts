import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TreeEntry } from "./evidence.ts";
import { defaultTransferMethods, successorsOf } from "./successors.ts";

/** The ids of the followers of task "c-1". */
function successors(...entries: TreeEntry[]) {
  const found = successorsOf(
    { contactId: "c-1", channel: "TASK" },
    { kind: "seen", entries },
    { transferMethods: defaultTransferMethods },
  );
  const ids = (some: readonly TreeEntry[]) => some.map(({ contactId }) => contactId);
  return { transferred: ids(found.transferred), unclear: ids(found.unclear) };
}

const follower: TreeEntry = { contactId: "c-2", previousContactId: "c-1", channel: "TASK" };

describe("a follower of a contact", () => {
  it("was transferred from it by the methods that a transfer may have", () => {
    for (const initiationMethod of ["TRANSFER", "API"])
      assert.deepEqual(successors({ ...follower, initiationMethod }), { transferred: ["c-2"], unclear: [] });
  });

  for (const initiationMethod of [
    "AGENT_REPLY",
    "CALLBACK",
    "DISCONNECT",
    "EXTERNAL_OUTBOUND",
    "FLOW",
    "INBOUND",
    "MONITOR",
    "OUTBOUND",
    "WEBRTC_API",
  ])
    it(`was not, by ${initiationMethod}`, () => {
      assert.deepEqual(successors({ ...follower, initiationMethod }), { transferred: [], unclear: [] });
    });

  it("is unclear by another method, or by none", () => {
    for (const initiationMethod of ["TELEPORT", "", "?", undefined])
      assert.deepEqual(successors({ ...follower, initiationMethod }), { transferred: [], unclear: ["c-2"] });
  });

  it("counts without a channel too, but not on another one", () => {
    const onChannel = (channel?: string) =>
      successors({ ...follower, channel, initiationMethod: "TRANSFER" }).transferred;
    assert.deepEqual([onChannel(), onChannel("TASK"), onChannel("EMAIL")], [["c-2"], ["c-2"], []]);
  });

  it("is not the contact itself", () => {
    assert.deepEqual(successors({ ...follower, contactId: "c-1", initiationMethod: "TRANSFER" }), {
      transferred: [],
      unclear: [],
    });
  });
});
