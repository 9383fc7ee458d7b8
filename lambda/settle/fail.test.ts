import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeEnvelope, makePorts, makeRecord } from "../../test/makers.ts";
import { answering, connectError, makeProcessor } from "../../test/processor.ts";
import { fromEvent, fromSqsRecord } from "../intake/record.ts";
import { effectOf } from "./fail.ts";

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

describe("the dead letter of a failed intent", () => {
  const failureOf = ({ deadLetters }: ReturnType<typeof makeProcessor>["seen"]) =>
    JSON.parse(deadLetters[0]?.MessageAttributes?.Failure?.StringValue ?? "");

  it("says which intent failed, under which token, when, and in which invocation", async () => {
    const notFound = connectError("ResourceNotFoundException", 404);
    const { process, record, seen } = makeProcessor({ transferContact: answering(notFound) });
    await process(record({ intentId: "order-1" }, { receiveCount: 2 }));
    const { error: _, ...failure } = failureOf(seen);
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
    const { intentId, clientToken } = failureOf(seen);
    assert.deepEqual([intentId, clientToken], ["order-1", undefined]);
  });
});
