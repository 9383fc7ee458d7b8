import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeSettings } from "../test/makers.ts";
import { answering, connectError, failureOf, makeProcessor } from "../test/processor.ts";
import type { Transferred } from "./transfer/transfer-at-pace.ts";

const minute = 60_000;
const hour = 60 * minute;
const denied = connectError("AccessDeniedException", 403);
const unavailable = connectError("InternalServiceException", 500);
const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });

describe("a slot", () => {
  it("that comes after the intent has expired is the next record's at once", async () => {
    const { process, record, seen, clock } = makeProcessor();
    const expiresAt = new Date(clock.now() + 500).toISOString();
    const start = clock.monotonic();
    const ids = await process(
      record({ contactId: "a" }),
      record({ contactId: "b", expiresAt }),
      record({ contactId: "c" }),
    );
    assert.deepEqual(ids, []);
    assert.deepEqual(
      seen.transfers.map(({ ContactId }) => ContactId),
      ["a", "c"],
    );
    assert.equal(clock.monotonic() - start, 1_000);
  });

  it("that comes too late for a retry leaves the failure what it is, not a wait", async () => {
    const { process, record, seen, clock } = makeProcessor({
      settings: makeSettings({ requestsPerSecond: 0.04 }),
      random: () => 0,
      transferContact: answering(unavailable),
    });
    const sentAt = clock.now() - 2 * hour;
    const ids = await process(record({}, { receiveCount: 3, sentAt, messageId: "m" }));
    assert.deepEqual(ids, ["m"]);
    assert.deepEqual(
      seen.lines.map(({ status, reason }) => [status, reason]),
      [["retry", "ConnectUnavailable"]],
    );
  });

  it("that comes after the intent has expired leaves a lost answer unknown", async () => {
    const { process, record, seen, clock } = makeProcessor({ transferContact: answering(reset) });
    const expiresAt = new Date(clock.now() + 500).toISOString();
    assert.deepEqual(await process(record({ expiresAt })), []);
    const { reason, effect } = failureOf(seen);
    assert.deepEqual([reason, effect], ["IntentExpired", "unknown"]);
  });
});

describe("a retry", () => {
  it("waits longer with each receive", async () => {
    const seconds = [];
    for (const receiveCount of [1, 4, 8]) {
      const { process, record, seen } = makeProcessor({ transferContact: answering(denied) });
      await process(record({}, { receiveCount }));
      seconds.push(seen.visibility[0]?.seconds);
    }
    assert.deepEqual(seconds, [8, 43, 153]);
  });

  it("counts retryFor from the first receive, not from when the message was sent", async () => {
    const { process, record, seen, clock } = makeProcessor({ transferContact: answering(denied) });
    const times = { sentAt: clock.now() - 3 * hour, firstReceivedAt: clock.now() - 10 * minute };
    assert.deepEqual(await process(record({}, { receiveCount: 5, messageId: "m", ...times })), ["m"]);
    assert.equal(seen.transfers.length, 1);
    assert.deepEqual(seen.outcomes, []);
  });
});

it("an answer at the last moment for requests is still published", async () => {
  const { process, record, seen, clock } = makeProcessor({
    async transferContact(_input, signal) {
      await clock.sleep(26_900, signal);
      return { ContactId: "new", ContactArn: "arn", $metadata: { httpStatusCode: 200 } };
    },
    async putEvents(entries, signal) {
      await clock.sleep(700, signal);
      return { Entries: entries.map(() => ({ EventId: "e" })) };
    },
  });
  assert.deepEqual(await process(record()), []);
  assert.deepEqual(
    seen.lines.map(({ status }) => status),
    ["succeeded"],
  );
});

it("a result whose outcome is not published by the last moment for outcomes still travels", async () => {
  const { process, record, seen, clock } = makeProcessor({
    async transferContact() {
      await clock.sleep(24_000);
      return { ContactId: "new", ContactArn: "arn", $metadata: { httpStatusCode: 200 } };
    },
    putEvents: (_entries, signal) => clock.sleep(60_000, signal).then(() => ({ Entries: [] })),
    async enqueue(entries, signal) {
      await clock.sleep(1_000, signal);
      return {
        Successful: entries.map(({ Id }) => ({ Id, MessageId: "m", MD5OfMessageBody: "" })),
        Failed: [],
      };
    },
  });
  assert.deepEqual(await process(record()), []);
  assert.equal(seen.enqueued.length, 1);
});

it("an instance with too many unpublished results asks for nothing more", async () => {
  const { process, record, seen, engine } = makeProcessor();
  const result: Transferred = {
    kind: "transferred",
    response: { contactId: "c", contactArn: "arn", evidence: "answered", httpStatus: 200 },
  };
  for (let token = 0; token < 1_000; token++) engine.results.keep(`token-${token}`, result);
  assert.deepEqual(await process(record({}, { messageId: "m" })), ["m"]);
  assert.deepEqual(seen.transfers, []);
});
