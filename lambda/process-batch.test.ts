import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeEnvelope, makePorts, makeRecord, makeSettings } from "../test/makers.ts";
import { answering, connectError, failureOf, makeProcessor, retryableErrors } from "../test/processor.ts";
import { createEngine } from "./engine.ts";
import { processBatch, RetryEventError } from "./process-batch.ts";

const throttled = connectError("TooManyRequestsException", 429);
const notFound = connectError("ResourceNotFoundException", 404);

describe("a batch", () => {
  it("returns exactly the records to retry: no record affects another", async () => {
    const processor = makeProcessor({
      settings: makeSettings({ requestsPerSecond: 10 }),
      async transferContact(input, signal) {
        if (input.ContactId === "hangs") {
          return new Promise((_resolve, reject) =>
            signal.addEventListener("abort", () => reject(signal.reason)),
          );
        }
        if (input.ContactId === "unavailable") throw connectError("InternalServiceException", 500);
        if (input.ContactId === "missing") throw notFound;
        return { ContactId: "new", ContactArn: "arn", $metadata: { httpStatusCode: 200 } };
      },
    });
    const { process, record, seen, clock } = processor;
    const back = await process(
      record({ contactId: "good" }),
      makeRecord("{", { sentAt: clock.now() }),
      record({ contactId: "hangs" }, { messageId: "hangs" }),
      record({ contactId: "unavailable" }, { messageId: "unavailable" }),
      record({ contactId: "missing" }),
      record({ contactId: "also-good" }),
    );
    assert.deepEqual(back.toSorted(), ["hangs", "unavailable"]);
    assert.equal(seen.outcomes.length, 4);
    assert.equal(seen.deadLetters.length, 2);
  });

  it("makes one request for twins, and publishes an outcome for each", async () => {
    const { process, record, seen } = makeProcessor();
    assert.deepEqual(await process(record({}, { messageId: "a" }), record({}, { messageId: "b" })), []);
    assert.equal(seen.transfers.length, 1);
    assert.equal(seen.outcomes.length, 2);
    const [first, second] = seen.outcomes;
    assert.deepEqual(first?.detail, second?.detail);
  });

  it("makes separate requests for different intents under one id", async () => {
    const { process, record, seen } = makeProcessor();
    await process(record({ intentId: "i" }), record({ intentId: "i", queueId: "queue-seniors" }));
    assert.equal(new Set(seen.transfers.map(({ ClientToken }) => ClientToken)).size, 2);
  });

  it("returns a record that hits a bug, and continues with the others", async () => {
    const { ports, clock, seen } = makePorts();
    const engine = createEngine(ports);
    const broken = makeRecord(makeEnvelope(), { messageId: "broken", sentAt: clock.now() });
    Object.defineProperty(broken, "messageAttributes", { value: null });
    const good = makeRecord(makeEnvelope({ contactId: "good" }), { sentAt: clock.now() });
    const time = { requestId: "r", deadlineAt: clock.monotonic() + 30_000 };
    const { batchItemFailures } = await clock.run(processBatch([broken, good], time, engine));
    assert.deepEqual(batchItemFailures, [{ itemIdentifier: "broken" }]);
    assert.equal(seen.bugs.length, 1);
    assert.equal(seen.outcomes.length, 1);
  });

  it("hides a record that hits a bug for longer with each receive", async () => {
    const hiddenFor = async (receiveCount: number) => {
      const { ports, clock, seen } = makePorts();
      const broken = makeRecord(makeEnvelope(), { receiveCount, sentAt: clock.now() });
      Object.defineProperty(broken, "messageAttributes", { value: null });
      const time = { requestId: "r", deadlineAt: clock.monotonic() + 30_000 };
      await clock.run(processBatch([broken], time, createEngine(ports)));
      return seen.visibility.map(({ seconds }) => seconds);
    };
    const counts = [1, 3, 6, 10, 990];
    const seconds = (await Promise.all(counts.map(hiddenFor))).flat();
    assert.equal(seconds.length, counts.length);
    assert.deepEqual(
      seconds,
      seconds.toSorted((a, b) => a - b),
    );
    const [first = 0, , , tenth = 0, last = 0] = seconds;
    assert.ok(first <= 10 && tenth > 60 && last > 3_600, String(seconds));
  });

  it("returns a record that cannot be read, and continues with the others", async () => {
    const { ports, clock, seen } = makePorts();
    const broken = makeRecord(makeEnvelope(), { messageId: "broken" });
    Object.defineProperty(broken, "attributes", { value: undefined });
    const good = makeRecord(makeEnvelope({ contactId: "good" }), { sentAt: clock.now() });
    const time = { requestId: "r", deadlineAt: clock.monotonic() + 30_000 };
    const answer = await clock.run(processBatch([broken, good], time, createEngine(ports)));
    assert.deepEqual(answer.batchItemFailures, [{ itemIdentifier: "broken" }]);
    assert.equal(seen.bugs.length, 1);
    assert.equal(seen.outcomes.length, 1);
  });

  it("survives a logger that throws", async () => {
    const fail = () => {
      throw new Error("The log cannot be written.");
    };
    const log = { record: fail, visibilityUnchanged: fail, bug: fail };
    const metrics = { received() {}, succeeded() {}, failed() {}, retried: fail };
    const { ports, clock, seen } = makePorts({ log, metrics });
    const records = ["a", "b"].map((messageId) =>
      makeRecord(makeEnvelope({ contactId: messageId }), { messageId, sentAt: clock.now() }),
    );
    const time = { requestId: "r", deadlineAt: clock.monotonic() + 30_000 };
    const answer = await clock.run(processBatch(records, time, createEngine(ports)));
    assert.deepEqual(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).toSorted(), [
      "a",
      "b",
    ]);
    assert.equal(seen.outcomes.length, 2, "both were processed to their end");
  });

  it("logs a bug on the way to an outcome: it does not count as an outcome that EventBridge refused", async () => {
    const settings = makeSettings();
    Object.defineProperty(settings, "outcomeSource", {
      get: () => {
        throw new TypeError("a bug");
      },
    });
    const { ports, clock, seen } = makePorts({ settings });
    const records = ["task-1", "task-1"].map((contactId) =>
      makeRecord(makeEnvelope({ contactId }), { sentAt: clock.now() }),
    );
    const time = { requestId: "r", deadlineAt: clock.monotonic() + 30_000 };
    const { batchItemFailures } = await clock.run(processBatch(records, time, createEngine(ports)));
    assert.equal(batchItemFailures.length, 2);
    assert.deepEqual(seen.bugs.map(String), ["TypeError: a bug", "TypeError: a bug"]);
    assert.deepEqual(seen.lines, []);
  });

  it("has at most ten records in flight", async () => {
    let inFlight = 0;
    let most = 0;
    const { process, record, seen, clock } = makeProcessor({
      settings: makeSettings({ requestsPerSecond: 1_000 }),
      async transferContact() {
        most = Math.max(most, ++inFlight);
        await clock.sleep(500);
        inFlight -= 1;
        return { ContactId: "new", $metadata: {} };
      },
    });
    const records = Array.from({ length: 12 }, (_, n) => record({ contactId: `c${n}` }));
    assert.deepEqual(await process(...records), []);
    assert.deepEqual([most, seen.transfers.length], [10, 12]);
  });

  it("that is empty returns at once", async () => {
    const { process } = makeProcessor();
    assert.deepEqual(await process(), []);
  });

  it("returns before the deadline with nothing in flight, wherever time runs out", async () => {
    for (const remainingMs of [0, 200, 400, 1_000, 1_500, 2_500, 3_000, 3_500, 5_000, 12_000]) {
      const { ports, clock, seen } = makePorts({
        async transferContact(_input, signal) {
          await clock.sleep(4_000, signal);
          return { ContactId: "new", ContactArn: "arn", $metadata: { httpStatusCode: 200 } };
        },
        async putEvents(entries, signal) {
          await clock.sleep(300, signal);
          return { Entries: entries.map(() => ({ EventId: "e" })) };
        },
      });
      // Not the instance's first invocation.
      await clock.run(clock.sleep(60_000));
      const records = [1, 2, 3].map((n) =>
        makeRecord(makeEnvelope({ contactId: `c${n}` }), { messageId: `m${n}`, sentAt: clock.now() }),
      );
      const deadlineAt = clock.monotonic() + remainingMs;
      const time = { requestId: "r", deadlineAt };
      const { batchItemFailures } = await clock.run(processBatch(records, time, createEngine(ports)));
      assert.equal(clock.sleeping, 0);
      assert.ok(clock.monotonic() <= Math.max(deadlineAt - 200, deadlineAt - remainingMs));
      assert.equal(batchItemFailures.length + seen.outcomes.length, 3, `with ${remainingMs} ms`);
      if (remainingMs < 2_000) assert.deepEqual(seen.transfers, []);
    }
  });
});

describe("an intent as its own event", () => {
  it("is transferred and published without a receiveCount", async () => {
    const { processEvent, seen } = makeProcessor();
    await processEvent(makeEnvelope({}, { "detail-type": "Contact Transfer Requested" }));
    assert.equal(seen.outcomes[0]?.detail.intentId, "event-1");
    assert.equal("receiveCount" in (seen.outcomes[0]?.detail ?? {}), false);
  });

  it("is published and dead-lettered if Connect refuses it permanently; nothing is thrown", async () => {
    const { processEvent, seen } = makeProcessor();
    const event = makeEnvelope({ queueID: "q" });
    await processEvent(event);
    assert.deepEqual(seen.order, ["outcome", "dead letter"]);
    assert.equal(seen.deadLetters[0]?.MessageBody, JSON.stringify(event));
    assert.equal(failureOf(seen).effect, "none");
    assert.equal("messageId" in (seen.outcomes[0]?.detail ?? {}), false);
  });

  it("has an unknown effect if Connect refuses it: an earlier attempt may have succeeded", async () => {
    const { processEvent, seen } = makeProcessor({ transferContact: answering(notFound) });
    await processEvent(makeEnvelope());
    assert.equal(failureOf(seen).effect, "unknown");
  });

  for (const [reason, error] of [...retryableErrors, ["Throttled", throttled]] as const) {
    it(`is thrown if it may be retried: ${reason}`, async () => {
      const { processEvent, seen } = makeProcessor({ transferContact: answering(error) });
      await assert.rejects(processEvent(makeEnvelope()), (thrown: Error) => {
        assert.ok(thrown instanceof RetryEventError);
        const cause = error === throttled ? reason : `${reason}, ${error.name}`;
        assert.equal(
          thrown.message,
          `Processing did not finish (${cause}); Lambda will deliver the event again.`,
        );
        return true;
      });
      assert.deepEqual(seen.outcomes, []);
      assert.deepEqual(seen.visibility, []);
    });
  }
});
