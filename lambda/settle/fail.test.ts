import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  makeEnvelope,
  makePorts,
  makeRecord,
  makeSettings,
  resolveUnknown,
  stringAttribute,
} from "../../test/makers.ts";
import { answering, connectError, failureOf, makeProcessor } from "../../test/processor.ts";
import { fromEvent, fromSqsRecord } from "../intake/record.ts";
import type { Ports } from "../ports.ts";
import { effectOf } from "./fail.ts";

const notFound = connectError("ResourceNotFoundException", 404);
const permanent = [
  ["InvalidRequest", connectError("InvalidRequestException", 400)],
  ["ResourceNotFound", notFound],
] as const;

const noneSent: Ports["sendDeadLetters"] = async (entries) => ({
  Successful: [],
  Failed: entries.map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false })),
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

  it("is not asked for again after its failure was published, while its dead letter cannot be sent", async () => {
    const { process, seen, clock, record } = makeProcessor({
      transferContact: answering(notFound, "ok"),
      sendDeadLetters: noneSent,
    });
    assert.deepEqual(await process(record()), []);
    const [{ MessageBody = "", MessageAttributes } = assert.fail()] = seen.enqueued;
    const History = stringAttribute(MessageAttributes?.History?.StringValue);
    const carrying = { messageId: "m", sentAt: clock.now(), attributes: { History } };
    assert.deepEqual(await process(makeRecord(MessageBody, carrying)), ["m"]);
    assert.equal(seen.transfers.length, 1);
    assert.deepEqual(
      seen.lines.map(({ status, reason, enqueued }) => [status, reason, enqueued]),
      [
        ["retry", "DeadLetterNotSent", true],
        ["retry", "DeadLetterNotSent", undefined],
      ],
    );
  });

  it("is not acknowledged before its dead letter is sent", async () => {
    const { process, record, seen } = makeProcessor({
      transferContact: answering(notFound),
      sendDeadLetters: noneSent,
      enqueue: noneSent,
    });
    assert.deepEqual(await process(record({}, { messageId: "m" })), ["m"]);
    assert.deepEqual(
      seen.lines.map(({ status, reason }) => [status, reason]),
      [["retry", "DeadLetterNotSent"]],
    );
  });
});

describe("the effect of a failure", () => {
  const { ports, clock } = makePorts();
  const none = { effect: "none", replays: 0 } as const;
  const received = (agoMs: number, receiveCount = 1) =>
    fromSqsRecord(makeRecord({}, { receiveCount, firstReceivedAt: clock.now() - agoMs }));

  it("is none only while no other delivery of the message can be processed: for 175 s after its first receive", () => {
    const effects = [0, 174_999, 175_000].map((agoMs) =>
      effectOf({ record: received(agoMs), history: none, ports }, "NotAllowed", false),
    );
    assert.deepEqual(effects, ["none", "none", "unknown"]);
    assert.equal(effectOf({ record: received(0, 2), history: none, ports }, "NotAllowed", false), "unknown");
  });

  it("is unknown after a lost answer, after an InvalidRequest, and if the history says so", () => {
    const record = received(0);
    const unknown = { effect: "unknown", replays: 1 } as const;
    assert.equal(effectOf({ record, history: none, ports }, "ResourceNotFound", true), "unknown");
    assert.equal(effectOf({ record, history: none, ports }, "InvalidRequest", false), "unknown");
    assert.equal(effectOf({ record, history: unknown, ports }, "NotAllowed", false), "unknown");
  });

  it("of an event is none only if the event can never have reached Connect", () => {
    const event = { record: fromEvent({}), history: none, ports };
    assert.equal(effectOf(event, "InvalidIntent", false), "none");
    assert.equal(effectOf(event, "NotAllowed", false), "unknown");
  });
});

it("Connect is not read for an effect that is certain", async () => {
  const refuse = () => assert.fail("Connect was read");
  const { process, record, seen } = makeProcessor({
    settings: makeSettings({ resolveUnknown }),
    transferContact: answering(notFound),
    reads: { describeContact: refuse, listAssociatedContacts: refuse },
  });
  assert.deepEqual(await process(record()), []);
  assert.equal(failureOf(seen).effect, "none");
  assert.deepEqual(seen.enqueued, []);
});

describe("the dead letter of a failed intent", () => {
  const readFailure = ({ deadLetters }: ReturnType<typeof makeProcessor>["seen"]) =>
    JSON.parse(deadLetters[0]?.MessageAttributes?.Failure?.StringValue ?? "");

  it("says which intent failed, under which token, when, and in which invocation", async () => {
    const { process, record, seen } = makeProcessor({ transferContact: answering(notFound) });
    await process(record({ intentId: "order-1" }, { receiveCount: 2 }));
    const { error: _, ...failure } = readFailure(seen);
    assert.deepEqual(failure, {
      message: notFound.message,
      effect: "unknown",
      intentId: "order-1",
      clientToken: seen.transfers[0]?.ClientToken,
      failedAt: "2026-11-24T10:00:00.000Z",
      firstSentAt: "2026-11-24T10:00:00.000Z",
      receiveCount: 2,
      replays: 0,
      requestId: "invocation-1",
    });
  });

  it("names the intent even if it is invalid, as far as its identity could be read", async () => {
    const { process, seen, clock } = makeProcessor();
    await process(makeRecord(makeEnvelope({ intentId: "order-1", queueID: "q" }), { sentAt: clock.now() }));
    const { intentId, clientToken } = readFailure(seen);
    assert.deepEqual([intentId, clientToken], ["order-1", undefined]);
  });
});
