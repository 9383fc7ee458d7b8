import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeEnvelope, makeRecord, makeSettings, stringAttribute } from "../../test/makers.ts";
import { answering, connectError, makeProcessor } from "../../test/processor.ts";

const second = 1_000;
const notFound = connectError("ResourceNotFoundException", 404);
const unavailable = connectError("InternalServiceException", 500);
const refuse = async () => {
  throw connectError("AccessDenied", 403);
};

/** Ports whose Connect takes 200 ms, and a record that was sent 10 s ago. */
function makeDelivery(overrides: Parameters<typeof makeProcessor>[0] = {}) {
  const answer = overrides.transferContact ?? answering("ok");
  const made = makeProcessor({
    ...overrides,
    async transferContact(input, signal) {
      await made.clock.sleep(200);
      return answer(input, signal);
    },
  });
  const sentAt = made.clock.now() - 10 * second;
  return {
    ...made,
    sentAt,
    deliver: (more: object = {}) => made.record({}, { messageId: "m", sentAt, ...more }),
  };
}

/** What each line of a valid intent says, apart from how its delivery ended. */
const intentMembers = { messageId: "m", intentId: "event-1", contactId: "task-1", receiveCount: 1 };

describe("a delivery leaves one log line and its metrics:", () => {
  it("a transfer", async () => {
    const $metadata = { httpStatusCode: 200, requestId: "request-1" };
    const { process, deliver, seen, clock } = makeDelivery({
      transferContact: async () => ({ ContactId: "new", $metadata }),
    });
    await clock.run(clock.sleep(5 * second));
    await process(deliver());
    const clientToken = seen.transfers[0]?.ClientToken;
    assert.deepEqual(seen.lines, [
      { status: "succeeded", ...intentMembers, clientToken, requestId: "request-1", durationMs: 200 },
    ]);
    assert.deepEqual(seen.metrics, [
      ["received", false],
      ["succeeded", 15 * second + 200],
    ]);
  });

  it("with its duration to the nearest millisecond", async () => {
    for (const ms of [0.4, 0.6]) {
      const { process, record, seen, clock } = makeProcessor({
        async transferContact() {
          await clock.sleep(ms);
          return { ContactId: "new", $metadata: {} };
        },
      });
      await process(record());
      assert.equal(seen.lines[0]?.durationMs, Math.round(ms));
    }
  });

  it("a replayed message, unless the function itself has enqueued it since", async () => {
    const enqueuedWith = [
      {},
      { notFoundAt: "2026-11-24T09:59:00Z" },
      { askedUntil: "2026-11-24T09:59:00Z" },
      {
        result: {
          clientToken: "of another request",
          kind: "refused",
          refusal: { reason: "AccessDenied", message: "no" },
        },
      },
    ];
    const counted = [];
    for (const more of enqueuedWith) {
      const { process, deliver, seen } = makeDelivery();
      const History = stringAttribute({ effect: "unknown", replays: 1, ...more });
      await process(deliver({ attributes: { History } }));
      counted.push(seen.metrics[0]);
    }
    assert.deepEqual(counted, [["received", true], ...Array(3).fill(["received", false])]);
  });

  it("a permanent failure, with Connect's request id and the name of its error", async () => {
    const { process, deliver, seen } = makeDelivery({ transferContact: answering(notFound) });
    await process(deliver());
    const clientToken = seen.transfers[0]?.ClientToken;
    assert.deepEqual(seen.lines, [
      {
        status: "failed",
        reason: "ResourceNotFound",
        ...intentMembers,
        clientToken,
        requestId: "request-1",
        error: "ResourceNotFoundException",
        durationMs: 200,
      },
    ]);
    assert.deepEqual(seen.metrics.slice(1), [["failed", "ResourceNotFound", 10 * second + 200]]);
  });

  it("a failure of which no intent could be read: the message's age counts", async () => {
    const { process, seen, sentAt } = makeDelivery();
    await process(makeRecord("{", { messageId: "m", sentAt }));
    assert.deepEqual(seen.lines, [
      {
        status: "failed",
        reason: "InvalidIntent",
        messageId: "m",
        intentId: undefined,
        contactId: undefined,
        clientToken: undefined,
        receiveCount: 1,
        requestId: undefined,
        error: undefined,
        durationMs: 0,
      },
    ]);
    assert.deepEqual(seen.metrics.slice(1), [["failed", "InvalidIntent", 10 * second]]);
  });

  it("a retry, with the seconds until the next delivery", async () => {
    const { process, deliver, seen } = makeDelivery({ transferContact: answering(unavailable) });
    await process(deliver());
    const [line] = seen.lines;
    assert.deepEqual(line, {
      status: "retry",
      reason: "ConnectUnavailable",
      ...intentMembers,
      clientToken: seen.transfers[0]?.ClientToken,
      requestId: "request-1",
      error: "InternalServiceException",
      retryInSeconds: 8,
      durationMs: 200,
    });
    assert.equal(seen.lines.length, 1);
    assert.deepEqual(seen.metrics.slice(1), [["retried", "ConnectUnavailable", 10 * second + 200]]);
  });

  it("a retry whose visibility timeout could not be changed, which is logged too", async () => {
    const { process, deliver, seen } = makeDelivery({
      transferContact: answering(unavailable),
      changeVisibility: refuse,
    });
    await process(deliver());
    assert.equal(seen.lines[0]?.retryInSeconds, undefined);
    assert.deepEqual(seen.unchanged, [["m", "AccessDenied"]]);
  });

  it("an event that is enqueued, with the seconds until its message is delivered", async () => {
    const settings = makeSettings({ enqueueUnfinished: true });
    const { processEvent, seen } = makeDelivery({ settings, transferContact: answering(unavailable) });
    await processEvent(makeEnvelope({}, { time: "2026-11-24T09:59:50Z" }));
    const [line] = seen.lines;
    assert.deepEqual(
      [line?.status, line?.enqueued, line?.retryInSeconds, seen.enqueued[0]?.DelaySeconds],
      ["retry", true, 8, 8],
    );
    assert.deepEqual(seen.metrics, [
      ["received", false],
      ["retried", "ConnectUnavailable", 10 * second + 200],
    ]);
  });

  it("a bug, which is no failure of the intent: its message is hidden, for longer each time", async () => {
    for (const [receiveCount, seconds] of [
      [1, 8],
      [9, 153],
    ]) {
      const { process, deliver, seen, clock } = makeDelivery({
        changeVisibility: async () => clock.sleep(100),
      });
      const record = deliver({ receiveCount });
      Object.defineProperty(record, "messageAttributes", { value: null });
      await assert.rejects(process(record), /TypeError/, "the bug is seen");
      assert.deepEqual(seen.lines, []);
      assert.deepEqual(seen.metrics, [["retried", "InternalError", undefined]]);
      assert.deepEqual(seen.visibility, [{ receiptHandle: "handle-of-m", seconds }]);
      assert.equal(clock.sleeping, 0);
    }
  });
});

describe("a replayed message counts as replayed", () => {
  const history = (more: object = {}) => ({
    History: stringAttribute({ effect: "none", replays: 1, firstSentAt: "2026-11-24T09:00:00Z", ...more }),
  });

  it("at its first delivery alone", async () => {
    const { process, deliver, seen } = makeDelivery();
    await process(deliver({ attributes: history() }));
    await process(deliver({ attributes: history(), receiveCount: 2 }));
    assert.deepEqual(
      seen.metrics.filter(([name]) => name === "received"),
      [
        ["received", true],
        ["received", false],
      ],
    );
  });

  it("but not if it was never replayed: a message that carries a result is the function's own", async () => {
    const { process, deliver, seen } = makeDelivery();
    await process(deliver({ attributes: history({ replays: 0 }) }));
    const response = { contactId: "new", contactArn: "arn", evidence: "answered", httpStatus: 200 };
    const result = { clientToken: "ct1-other", kind: "transferred", response };
    await process(deliver({ attributes: history({ result }) }));
    assert.deepEqual(
      seen.metrics.filter(([name]) => name === "received"),
      [
        ["received", false],
        ["received", false],
      ],
    );
  });
});
