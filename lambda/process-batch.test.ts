import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  instanceArn,
  makeEnvelope,
  makePorts,
  makeRecord,
  makeSettings,
  stringAttribute,
} from "../test/makers.ts";
import { answering, connectError, failureOf, makeProcessor } from "../test/processor.ts";
import { createEngine } from "./engine.ts";
import type { Ports } from "./ports.ts";
import { processBatch, RetryEventError } from "./process-batch.ts";

const hour = 3_600_000;

const denied = connectError("AccessDeniedException", 403);
const throttled = connectError("TooManyRequestsException", 429);
const notFound = connectError("ResourceNotFoundException", 404);
const unavailable = connectError("InternalServiceException", 500);

const permanent = [
  ["InvalidRequest", connectError("InvalidRequestException", 400)],
  ["ResourceNotFound", notFound],
] as const;
const retryable = [
  ["AccessDenied", denied, "none"],
  ["ServiceQuotaExceeded", connectError("ServiceQuotaExceededException", 402), "none"],
  ["DuplicateRequest", connectError("IdempotencyException", 409), "unknown"],
  ["ConnectUnavailable", unavailable, "unknown"],
] as const;

describe("a transferred intent", () => {
  it("is published once and acknowledged", async () => {
    const { process, record, seen } = makeProcessor();
    assert.deepEqual(await process(record({ metadata: { orderId: "4711" } })), []);
    const [{ ClientToken: clientToken } = {}] = seen.transfers;
    assert.deepEqual(seen.outcomes, [
      {
        source: "contact-transfer",
        detailType: "Contact Transfer Succeeded",
        resources: [`${instanceArn}/contact/task-1`],
        detail: {
          intentId: "event-1",
          clientToken,
          request: {
            instanceId: instanceArn.split("/")[1],
            contactId: "task-1",
            contactFlowId: "flow-to-queue",
            queueId: "queue-cancellations",
          },
          response: {
            contactId: "new-task-1",
            contactArn: `${instanceArn}/contact/new-task-1`,
            evidence: "answered",
            httpStatus: 200,
          },
          requestedBy: { eventId: "event-1" },
          receiveCount: 1,
          metadata: { orderId: "4711" },
        },
      },
    ]);
    assert.deepEqual(seen.order, ["transfer", "outcome"]);
    assert.deepEqual(seen.deadLetters, []);
  });

  it("is retried if its outcome is neither published nor carried on, and the next delivery publishes it without another request", async () => {
    let isBroken = true;
    const processor = makeProcessor({
      async putEvents(entries) {
        return {
          Entries: entries.map(() => (isBroken ? { ErrorCode: "InternalFailure" } : { EventId: "e" })),
        };
      },
      async enqueue() {
        throw connectError("InternalError", 500);
      },
    });
    const { process, record, seen } = processor;
    const first = record({}, { messageId: "m" });
    assert.deepEqual(await process(first), ["m"]);
    isBroken = false;
    assert.deepEqual(
      await process({ ...first, attributes: { ...first.attributes, ApproximateReceiveCount: "2" } }),
      [],
    );
    assert.equal(seen.transfers.length, 1);
    assert.equal(seen.outcomes.length, 1);
  });
});

describe("an intent that Connect refuses permanently", () => {
  for (const [reason, error] of permanent) {
    for (const receiveCount of [1, 2]) {
      const effect = receiveCount === 1 && reason === "ResourceNotFound" ? "none" : "unknown";
      it(`is published and dead-lettered at once, in this order: ${reason} at receive ${receiveCount}`, async () => {
        const { process, record, seen } = makeProcessor({ transferContact: answering(error) });
        assert.deepEqual(await process(record({}, { messageId: "m", receiveCount })), []);
        assert.deepEqual(seen.order, ["transfer", "outcome", "dead letter"]);
        const failure = {
          reason,
          message: error.message,
          effect,
          error: {
            name: error.name,
            httpStatus: reason === "InvalidRequest" ? 400 : 404,
            requestId: "request-1",
          },
        };
        assert.deepEqual(seen.outcomes[0]?.detail.failure, failure);
        assert.equal(seen.outcomes[0]?.detail.messageId, "m");
        assert.equal(seen.deadLetters[0]?.MessageAttributes?.FailureReason?.StringValue, reason);
      });
    }
  }

  it("is asked for again after its failure was published: it may have been repaired meanwhile", async () => {
    const { process, record, seen } = makeProcessor({ transferContact: answering(notFound, "ok") });
    assert.deepEqual(await process(record()), []);
    assert.deepEqual(await process(record()), []);
    assert.deepEqual(
      seen.outcomes.map(({ detailType }) => detailType),
      ["Contact Transfer Failed", "Contact Transfer Succeeded"],
    );
  });

  it("is not acknowledged before its dead letter is sent", async () => {
    const { process, record, seen } = makeProcessor({
      transferContact: answering(notFound),
      async sendDeadLetters(entries) {
        return {
          Successful: [],
          Failed: entries.map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false })),
        };
      },
    });
    assert.deepEqual(await process(record({}, { messageId: "m" })), ["m"]);
    assert.deepEqual(
      seen.lines.map(({ status, reason }) => [status, reason]),
      [["retry", "DeadLetterNotSent"]],
    );
  });
});

describe("an intent that may be retried", () => {
  for (const [reason, error] of retryable) {
    it(`is retried after a backoff, without an outcome: ${reason}`, async () => {
      const { process, record, seen } = makeProcessor({ transferContact: answering(error) });
      assert.deepEqual(await process(record({}, { messageId: "m" })), ["m"]);
      assert.deepEqual(seen.order, ["transfer"]);
      assert.deepEqual(seen.visibility, [{ receiptHandle: "handle-of-m", seconds: 8 }]);
    });

    it(`fails permanently only after retryFor, three receives and three failed requests: ${reason}`, async () => {
      for (const { receiveCount, age, isGivenUp } of [
        { receiveCount: 3, age: hour, isGivenUp: true },
        { receiveCount: 2, age: hour, isGivenUp: false },
        { receiveCount: 900, age: hour - 1, isGivenUp: false },
      ]) {
        const { process, record, seen, clock } = makeProcessor({ transferContact: answering(error) });
        const at = clock.now() - age;
        const delivery = { messageId: "m", receiveCount, sentAt: at, firstReceivedAt: at };
        assert.deepEqual(await process(record({}, delivery)), isGivenUp ? [] : ["m"]);
        assert.equal(seen.transfers.length, isGivenUp ? 3 : 1);
        assert.deepEqual(
          seen.outcomes.map(({ detail }) => (detail.failure as { reason: string; effect: string }).reason),
          isGivenUp ? [reason] : [],
        );
      }
    });

    it(`is transferred by a later request of its last delivery: ${reason}`, async () => {
      const { process, record, seen, clock } = makeProcessor({
        transferContact: answering(error, error, "ok"),
      });
      const at = clock.now() - hour;
      assert.deepEqual(await process(record({}, { receiveCount: 3, sentAt: at, firstReceivedAt: at })), []);
      assert.deepEqual(
        seen.outcomes.map(({ detailType }) => detailType),
        ["Contact Transfer Succeeded"],
      );
    });
  }

  it("does not fail permanently if there was no time for three requests", async () => {
    const hang: Ports["transferContact"] = (_input, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const { process, record, seen, clock } = makeProcessor({ transferContact: hang });
    const at = clock.now() - 2 * hour;
    const start = clock.now();
    assert.deepEqual(await process(record({}, { messageId: "m", receiveCount: 9, sentAt: at })), ["m"]);
    assert.equal(seen.outcomes.length, 0);
    assert.ok(clock.now() - start <= 29_800, "answers at least 200 ms before the end");
  });

  it("asks once more after a broken connection, and a refusal after that has an unknown effect", async () => {
    const reset = connectError("TimeoutError", undefined, { code: "ECONNRESET" });
    const { process, record, seen } = makeProcessor({ transferContact: answering(reset, notFound) });
    assert.deepEqual(await process(record()), []);
    assert.equal(seen.transfers.length, 2);
    assert.equal(failureOf(seen).effect, "unknown");
  });

  it("asks only once more after broken connections", async () => {
    const reset = connectError("TimeoutError", undefined, { code: "ECONNRESET" });
    const { process, record, seen } = makeProcessor({ transferContact: answering(reset) });
    assert.deepEqual(await process(record({}, { messageId: "m" })), ["m"]);
    assert.equal(seen.transfers.length, 2);
  });

  it("is retried without a request if three of its instance and flow were denied, and never fails for that", async () => {
    const { process, record, seen, clock } = makeProcessor({
      transferContact: async (input) =>
        input.ContactFlowId === "flow-b"
          ? answering("ok")(input, AbortSignal.any([]))
          : answering(denied)(input, AbortSignal.any([])),
    });
    const at = clock.now() - 2 * hour;
    const old = { receiveCount: 5, sentAt: at, firstReceivedAt: at };
    const records = [1, 2, 3, 4, 5].map((n) =>
      record({ contactId: `c${n}` }, { messageId: `m${n}`, ...old }),
    );
    const other = record({ contactId: "other", contactFlowId: "flow-b" }, { messageId: "other" });
    const back = await process(...records, other);
    assert.deepEqual(back.toSorted(), ["m4", "m5"]);
    const asked = seen.transfers.filter(({ ContactFlowId }) => ContactFlowId === "flow-to-queue");
    assert.equal(asked.length, 9);
    assert.deepEqual(seen.transfers.filter(({ ContactFlowId }) => ContactFlowId === "flow-b").length, 1);
  });

  it("reappears after the queue's default visibility timeout if that cannot be changed", async () => {
    const { process, record } = makeProcessor({
      transferContact: async ({ ContactId, ...input }) =>
        ContactId === "bad"
          ? answering(unavailable)(input as never, AbortSignal.any([]))
          : { ContactId: "n", $metadata: {} },
      changeVisibility: async () => {
        throw connectError("InternalError", 500);
      },
    });
    const records = [record({ contactId: "bad" }, { messageId: "bad" }), record({ contactId: "good" })];
    assert.deepEqual(await process(...records), ["bad"]);
  });
});

describe("a throttled intent", () => {
  it("waits for a slot in the invocation and is transferred", async () => {
    const { process, record, seen } = makeProcessor({
      transferContact: answering(throttled, throttled, "ok"),
    });
    assert.deepEqual(await process(record()), []);
    assert.equal(seen.transfers.length, 3);
    assert.deepEqual(seen.order, ["transfer", "transfer", "transfer", "outcome"]);
  });

  it("is retried near its slot and never fails, however long that takes", async () => {
    const { process, record, seen, clock } = makeProcessor({ transferContact: answering(throttled) });
    const at = clock.now() - 23 * hour;
    for (const receiveCount of [1, 3, 99, 500]) {
      const delivery = { messageId: "m", receiveCount, sentAt: at, firstReceivedAt: at };
      assert.deepEqual(await process(record({}, delivery)), ["m"]);
    }
    assert.deepEqual(seen.outcomes, []);
    assert.deepEqual(seen.deadLetters, []);
    assert.equal(seen.visibility.length, 4);
    assert.ok(seen.visibility.every(({ seconds }) => seconds >= 1 && seconds <= 25));
    assert.deepEqual(new Set(seen.lines.map(({ reason }) => reason)), new Set(["Throttled"]));
  });

  for (const name of ["ThrottlingException", "TooManyRequestsException"]) {
    it(`survives an hour of throttling and is transferred, with no outcome or dead letter until then: ${name}`, async () => {
      const storm = connectError(name, 429);
      const start = makePorts().clock.now();
      const { process, seen, clock } = makeProcessor({
        async transferContact({ ContactId }) {
          if (clock.now() - start < hour) throw storm;
          return { ContactId: `new-${ContactId}`, $metadata: { httpStatusCode: 200 } };
        },
      });
      let receiveCount = 0;
      do {
        assert.deepEqual(seen.outcomes, []);
        await clock.run(clock.sleep((seen.visibility.at(-1)?.seconds ?? 0) * 1000));
        receiveCount += 1;
        assert.ok(receiveCount < 1000, "SQS would have moved it");
      } while (
        (await process(makeRecord(makeEnvelope(), { messageId: "m", receiveCount, sentAt: start }))).length >
        0
      );
      assert.deepEqual(
        seen.outcomes.map(({ detailType }) => detailType),
        ["Contact Transfer Succeeded"],
      );
      assert.deepEqual(seen.deadLetters, []);
    });
  }

  it("expires only because of its age", async () => {
    const { process, record, seen, clock } = makeProcessor({ transferContact: answering(throttled) });
    const sentAt = clock.now() - 24 * hour + 10_000;
    assert.deepEqual(await process(record({}, { receiveCount: 300, sentAt })), []);
    assert.equal(failureOf(seen).reason, "IntentExpired");
  });

  it("keeps to its pace with a batch of ten", async () => {
    const { process, record, seen, clock } = makeProcessor();
    const start = clock.now();
    const records = Array.from({ length: 10 }, (_, n) => record({ contactId: `c${n}` }));
    assert.deepEqual(await process(...records), []);
    assert.equal(seen.transfers.length, 10);
    assert.equal(clock.now() - start, 9_000);
  });

  it("is retried without a request if its slot comes later than in 20 s", async () => {
    const settings = makeSettings({ requestsPerSecond: 0.1 });
    const { process, record, seen } = makeProcessor({ settings, random: () => 0 });
    const records = Array.from({ length: 5 }, (_, n) =>
      record({ contactId: `c${n}` }, { messageId: `m${n}` }),
    );
    assert.deepEqual((await process(...records)).toSorted(), ["m3", "m4"]);
    assert.equal(seen.transfers.length, 3);
    assert.deepEqual(new Set(seen.visibility.map(({ seconds }) => seconds)), new Set([20]));
  });
});

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
        if (input.ContactId === "unavailable") throw unavailable;
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
    const time = { requestId: "r", deadlineAt: clock.now() + 30_000 };
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
    const time = { requestId: "r", deadlineAt: clock.now() + 30_000 };
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
    const time = { requestId: "r", deadlineAt: clock.now() + 30_000 };
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

  for (const [reason, error] of [...retryable, ["Throttled", throttled]] as const) {
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
