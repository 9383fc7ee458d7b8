import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { allSent, makeEnvelope, makeRecord, makeSettings, stringAttribute } from "../test/makers.ts";
import { answering, connectError, failureOf, makeProcessor } from "../test/processor.ts";
import type { Ports } from "./ports.ts";
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

  it("waits for half a minute at most while Connect is out, however often it was received", async () => {
    const { process, record, seen, clock } = makeProcessor({ transferContact: answering(unavailable) });
    for (let n = 1; n <= 5; n++) {
      await clock.run(clock.sleep(2_000));
      await process(record({ contactId: `c${n}` }, { receiveCount: 8 }));
    }
    const heldBack = record({ contactId: "c6" }, { receiveCount: 8, messageId: "m" });
    assert.deepEqual(await process(heldBack), ["m"]);
    assert.equal(seen.transfers.length, 5);
    assert.deepEqual(
      seen.visibility.map(({ seconds }) => seconds),
      [153, 153, 153, 153, 18, 18],
    );
  });

  it("counts retryFor from the first receive, not from when the message was sent", async () => {
    const { process, record, seen, clock } = makeProcessor({ transferContact: answering(denied) });
    const times = { sentAt: clock.now() - 3 * hour, firstReceivedAt: clock.now() - 10 * minute };
    assert.deepEqual(await process(record({}, { receiveCount: 5, messageId: "m", ...times })), ["m"]);
    assert.equal(seen.transfers.length, 1);
    assert.deepEqual(seen.outcomes, []);
  });
});

describe("an intent that will most likely fail", () => {
  const full = connectError("ServiceQuotaExceededException", 402);
  const toFull = { queueId: "full" };
  const whereFull: Ports["transferContact"] = async (input, signal) =>
    answering(input.QueueId === "full" ? full : "ok")(input, signal);

  it("leaves the slots to others of its batch, and waits longer with each receive", async () => {
    const { process, record, seen, clock } = makeProcessor({ transferContact: whereFull });
    const failing = Array.from({ length: 8 }, (_, n) =>
      record({ contactId: `f${n}`, ...toFull }, { messageId: `f${n}`, receiveCount: 4 }),
    );
    const ids = await process(...failing, record({ contactId: "a" }), record({ contactId: "b" }));
    assert.equal(ids.length, 8);
    // Three that found the destination full, then the two others.
    assert.deepEqual(
      seen.transfers.map(({ ContactId }) => ContactId),
      ["f0", "f1", "f2", "a", "b"],
    );
    assert.equal(clock.monotonic(), 4_000);
    assert.deepEqual(
      seen.lines
        .filter(({ status }) => status === "retry")
        .map(({ reason, retryInSeconds }) => [reason, retryInSeconds]),
      [
        ...Array.from({ length: 3 }, () => ["ServiceQuotaExceeded", 43]),
        ...Array.from({ length: 5 }, () => ["WaitsForSlot", 43]),
      ],
    );
  });

  it("is asked for if a slot is free, and fails permanently after its three requests", async () => {
    const { process, record, seen, clock } = makeProcessor({ transferContact: whereFull });
    const at = clock.now() - 2 * hour;
    const old = { receiveCount: 5, sentAt: at, firstReceivedAt: at };
    for (let delivery = 1; delivery <= 4; delivery++)
      assert.deepEqual(await process(record({ contactId: `f${delivery}`, ...toFull }, old)), []);
    assert.equal(seen.transfers.length, 12);
    assert.equal(seen.deadLetters.length, 4);
  });

  it("leaves the slots to others if it is an event that can be enqueued", async () => {
    const settings = makeSettings({ enqueueUnfinished: true });
    const { processEvent, seen, clock } = makeProcessor({ settings, transferContact: whereFull });
    for (let n = 0; n < 6; n++)
      await processEvent(makeEnvelope({ contactId: `f${n}`, ...toFull }, { id: `event-${n}` }));
    // Each of the first three had a slot; of the others, one had the share of those that will most likely fail.
    assert.equal(seen.transfers.length, 4);
    assert.deepEqual(
      seen.lines.map(({ reason }) => reason),
      [...Array(4).fill("ServiceQuotaExceeded"), "WaitsForSlot", "WaitsForSlot"],
    );
    assert.equal(clock.monotonic(), 3_000);
    assert.deepEqual(
      seen.enqueued.map(({ DelaySeconds }) => DelaySeconds),
      Array(6).fill(8),
    );
  });

  it("waits for its slot if it is an event that cannot be enqueued", async () => {
    const { processEvent, seen, clock } = makeProcessor({ transferContact: whereFull });
    for (let n = 0; n < 5; n++) {
      const event = makeEnvelope({ contactId: `f${n}`, ...toFull }, { id: `event-${n}` });
      await assert.rejects(processEvent(event), /ServiceQuotaExceeded/);
    }
    assert.equal(seen.transfers.length, 5);
    assert.equal(clock.monotonic(), 4_000);
  });
});

it("an intent of a flow that was denied is not asked for in the next invocations either, for some seconds", async () => {
  const { process, record, seen, clock } = makeProcessor({ transferContact: answering(denied) });
  const deliver = (n: number) => process(record({ contactId: `d${n}` }, { messageId: `d${n}` }));
  for (let n = 1; n <= 3; n++) await deliver(n);
  await clock.run(clock.sleep(2_000));
  assert.deepEqual(await deliver(4), ["d4"]);
  assert.deepEqual([seen.transfers.length, seen.lines.at(-1)?.error], [3, "NotTried"]);
  await clock.run(clock.sleep(4_000));
  await deliver(5);
  assert.equal(seen.transfers.length, 4);
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
      return allSent(entries);
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
  const learn = (token: number) => engine.results.share(`token-${token}`, new Map(), async () => result);
  for (let token = 1; token < 1_000; token++) await learn(token);
  assert.deepEqual(await process(record()), []);
  assert.equal(seen.transfers.length, 1);
  await learn(1_000);
  assert.deepEqual(await process(record({ contactId: "task-2" }, { messageId: "m" })), ["m"]);
  assert.equal(seen.transfers.length, 1);
  assert.deepEqual(
    seen.lines.map(({ reason, retryInSeconds }) => [reason, retryInSeconds]),
    [
      [undefined, undefined],
      ["WaitsForSlot", 23],
    ],
  );
});

it("an instance asks for more after an outage of the bus, however many results it saw travel that others have published", async () => {
  let isOut = true;
  const { process, record, seen } = makeProcessor({
    async putEvents(entries) {
      // An error that is not retried, so that all of it takes two minutes.
      return { Entries: entries.map(() => (isOut ? { ErrorCode: "MalformedDetail" } : { EventId: "e" })) };
    },
    settings: makeSettings({ requestsPerSecond: 10 }),
  });
  const batchOf = (n: number) => Array.from({ length: 10 }, (_, m) => record({ contactId: `c${n}-${m}` }));
  for (let n = 0; n < 101; n++) {
    assert.deepEqual(await process(...batchOf(n)), []);
    const travelling = seen.enqueued.splice(0).map(({ MessageBody = "", MessageAttributes }) => {
      const History = stringAttribute(MessageAttributes?.History?.StringValue);
      return makeRecord(MessageBody, { attributes: { History } });
    });
    assert.equal((await process(...travelling)).length, 10);
  }
  isOut = false;
  assert.deepEqual(await process(record({ contactId: "next" })), []);
  assert.deepEqual([seen.transfers.length, seen.outcomes.length], [1_011, 1]);
});

describe("what an instance knows", () => {
  const result: Transferred = {
    kind: "transferred",
    response: { contactId: "c", contactArn: "arn", evidence: "answered", httpStatus: 200 },
  };
  const failing = async () => {
    throw connectError("InternalError", 500);
  };

  it("counts as unpublished until it is published", async () => {
    for (const [isOut, expected] of [
      [true, true],
      [false, false],
    ]) {
      const { process, record, engine } = makeProcessor(
        isOut ? { putEvents: failing, enqueue: failing } : {},
      );
      for (let token = 1; token < 1_000; token++)
        await engine.results.share(`token-${token}`, new Map(), async () => result);
      await process(record());
      assert.equal(engine.results.isFull(), expected);
    }
  });

  it("of a success counts more than a refusal that a message carries", async () => {
    const { process, record, seen } = makeProcessor();
    await process(record());
    const clientToken = seen.transfers[0]?.ClientToken;
    const refusal = { reason: "InvalidRequest", message: "no", error: { name: "InvalidRequestException" } };
    const History = stringAttribute({
      effect: "unknown",
      replays: 0,
      result: { clientToken, kind: "refused", refusal },
    });
    assert.deepEqual(await process(record({}, { attributes: { History } })), []);
    assert.equal(seen.transfers.length, 1);
    assert.deepEqual(
      seen.outcomes.map(({ detailType }) => detailType),
      ["Contact Transfer Succeeded", "Contact Transfer Succeeded"],
    );
  });
});
