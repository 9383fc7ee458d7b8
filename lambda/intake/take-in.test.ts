import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instanceArn, makeEnvelope, makeRecord, makeSettings, stringAttribute } from "../../test/makers.ts";
import { answering, connectError, failureOf, makeProcessor } from "../../test/processor.ts";

const notFound = connectError("ResourceNotFoundException", 404);

describe("an intent that must not be transferred", () => {
  for (const [name, detail, settings, reason] of [
    ["misspelt", { queueID: "q" }, {}, "InvalidIntent"],
    ["of a foreign instance", { instanceId: "22222222" }, {}, "NotAllowed"],
    ["by a flow that is not allowed", {}, { allowLists: { contactFlows: new Set(["f"]) } }, "NotAllowed"],
    ["to a queue that is not allowed", {}, { allowLists: { queues: new Set(["q"]) } }, "NotAllowed"],
    ["past its expiresAt", { expiresAt: "2026-11-24T09:59:59Z" }, {}, "IntentExpired"],
  ] as const) {
    it(`is published and dead-lettered without a request: ${name}`, async () => {
      const { process, record, seen } = makeProcessor({ settings: makeSettings(settings) });
      assert.deepEqual(await process(record(detail)), []);
      assert.deepEqual(seen.order, ["outcome", "dead letter"]);
      const failure = failureOf(seen);
      assert.deepEqual([failure.reason, failure.effect], [reason, "none"]);
    });
  }

  it("waits for no slot, and its outcome says who requested it", async () => {
    const { process, record, seen, clock } = makeProcessor();
    const expired = record({ contactId: "late", expiresAt: "2026-11-24T09:59:59Z" });
    const invalid = makeRecord(makeEnvelope({ queueID: "q" }, { source: "orders" }), { sentAt: clock.now() });
    assert.deepEqual(await process(record(), expired, invalid), []);
    assert.deepEqual(
      seen.lines.map(({ status, reason, durationMs }) => [status, reason, durationMs]).toSorted(),
      [
        ["failed", "IntentExpired", 0],
        ["failed", "InvalidIntent", 0],
        ["succeeded", undefined, 0],
      ],
    );
    const [requestedBy] = seen.outcomes
      .filter(({ detail }) => (detail.failure as { reason: string } | undefined)?.reason === "InvalidIntent")
      .map(({ detail }) => detail.requestedBy);
    assert.deepEqual(requestedBy, { source: "orders", eventId: "event-1" });
  });

  it("may name what the lists allow by id or by ARN", async () => {
    const allowLists = {
      contactFlows: new Set([`${instanceArn}/contact-flow/flow-to-queue`]),
      queues: new Set(["queue-cancellations"]),
      users: new Set([`${instanceArn}/agent/user-1`]),
    };
    const { process, record, seen } = makeProcessor({ settings: makeSettings({ allowLists }) });
    const toUser = makeRecord({
      id: "e2",
      detail: { contactId: "c", contactFlowId: "flow-to-queue", userId: "user-1" },
    });
    assert.deepEqual(await process(record(), { ...toUser, attributes: record().attributes }), []);
    assert.equal(seen.transfers.length, 2);
  });

  it("has the effect that its history says", async () => {
    const lives = [
      ["none", { firstSentAt: "2026-11-24T09:00:00Z", effect: "none", replays: 1 }],
      ["unknown", { firstSentAt: "2026-11-24T09:00:00Z", effect: "unknown", replays: 1 }],
      ["unknown", "{broken"],
    ] as const;
    for (const [effect, history] of lives) {
      const { process, record, seen } = makeProcessor({ transferContact: answering(notFound) });
      await process(record({}, { attributes: { History: stringAttribute(history) } }));
      assert.equal(failureOf(seen).effect, effect);
    }
  });

  it("becomes too old while it waits for a slot, and makes no request", async () => {
    const { process, record, seen } = makeProcessor();
    const records = [record(), record({ contactId: "late", expiresAt: "2026-11-24T10:00:00.500Z" })];
    assert.deepEqual(await process(...records), []);
    assert.equal(seen.transfers.length, 1);
    assert.deepEqual(seen.outcomes.map(({ detailType }) => detailType).toSorted(), [
      "Contact Transfer Failed",
      "Contact Transfer Succeeded",
    ]);
  });
});
