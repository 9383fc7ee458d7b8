import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import frozen from "../../events/client-token-vectors.json" with { type: "json" };
import { makeDetail, makePorts, makeRecord, stringAttribute } from "../../test/makers.ts";
import { createEngine } from "../engine.ts";
import { processBatch, processEvent } from "../process-batch.ts";
import { deriveClientToken } from "./client-token.ts";
import type { Destination, Intent } from "./intent.ts";

const time = (startedAt: number) => ({ requestId: "invocation-1", deadlineAt: startedAt + 30_000 });

describe("deriveClientToken", () => {
  for (const { description, intent, clientToken } of frozen.vectors) {
    const { queueId, userId, ...ids } = { queueId: undefined, userId: undefined, ...intent };
    it(`returns the frozen token: ${description}`, () => {
      assert.equal(deriveClientToken({ ...ids, destination: destination(queueId, userId) }), clientToken);
    });
  }

  it("has at least 20 frozen vectors, all different", () => {
    const tokens = new Set(frozen.vectors.map(({ clientToken }) => clientToken));
    assert.ok(tokens.size >= 20);
    assert.equal(tokens.size, frozen.vectors.length);
  });

  it("gives two intents the same token only if all their ids are the same", () => {
    fc.assert(
      fc.property(arbitraryIntent, arbitraryIntent, (a, b) => {
        assert.equal(deriveClientToken(a) === deriveClientToken(b), sameIds(a, b));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is the same for a queue message, a redelivery, a replay, an archive replay and a direct event", async () => {
    const detail = makeDetail();
    const envelope = { id: "event-1", "detail-type": "Contact Transfer Requested", detail };
    const { ports, clock, seen } = makePorts();
    const firstSentAt = "2026-11-24T09:00:00Z";
    const records = [
      makeRecord(envelope, { messageId: "a", sentAt: clock.now() }),
      makeRecord(envelope, { messageId: "b", receiveCount: 7, sentAt: clock.now() }),
      makeRecord({ ...envelope, "replay-name": "yesterday", version: "0" }, { sentAt: clock.now() }),
      makeRecord(envelope, {
        sentAt: clock.now(),
        attributes: { History: stringAttribute({ firstSentAt, effect: "unknown", replays: 1 }) },
      }),
    ];
    // One engine per delivery, so that each makes a request to Connect.
    for (const record of records) {
      await clock.run(processBatch([record], time(clock.monotonic()), createEngine(ports)));
    }
    await clock.run(processEvent(envelope, time(clock.monotonic()), createEngine(ports)));
    const tokens = seen.transfers.map(({ ClientToken }) => ClientToken);
    assert.equal(tokens.length, 5);
    assert.equal(new Set(tokens).size, 1);
  });

  it("uses the ids of ARNs", async () => {
    const { ports, clock, seen } = makePorts();
    const arn = [...ports.settings.instances.byId.values()][0]?.arn;
    const ids = makeDetail();
    const arns = makeDetail({
      instanceId: arn,
      contactId: `${arn}/contact/${ids.contactId}`,
      contactFlowId: `${arn}/contact-flow/${ids.contactFlowId}`,
      queueId: `${arn}/queue/${ids.queueId}`,
    });
    for (const detail of [ids, arns]) {
      const record = makeRecord({ id: "event-1", detail }, { sentAt: clock.now() });
      await clock.run(processBatch([record], time(clock.monotonic()), createEngine(ports)));
    }
    assert.equal(seen.transfers.length, 2);
    assert.deepEqual(seen.transfers[0], seen.transfers[1]);
  });
});

function destination(queueId?: string, userId?: string): Destination {
  if (queueId !== undefined) return { kind: "queue", queueId };
  return userId === undefined ? { kind: "flow" } : { kind: "user", userId };
}

function sameIds(a: Intent, b: Intent): boolean {
  const ids = ({ intentId, instanceId, contactId, contactFlowId, destination }: Intent) =>
    JSON.stringify({ intentId, instanceId, contactId, contactFlowId, destination });
  return ids(a) === ids(b);
}

/** Short ids of a few characters, so that equal and nearly equal intents are common. */
const arbitraryIntent: fc.Arbitrary<Intent> = (() => {
  const id = fc.string({ unit: fc.constantFrom("a", "-", "1"), minLength: 1, maxLength: 2 });
  const identity = fc.string({ unit: fc.constantFrom("a", '"', ",", "\\", "]"), minLength: 1, maxLength: 3 });
  return fc.record({
    intentId: identity,
    instanceId: id,
    contactId: id,
    contactFlowId: id,
    destination: fc.oneof(
      fc.record({ kind: fc.constant("queue" as const), queueId: id }),
      fc.record({ kind: fc.constant("user" as const), userId: id }),
      fc.record({ kind: fc.constant("flow" as const) }),
    ),
  });
})();
