import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answering, connectError, failureOf, makeProcessor, retryableErrors } from "../../test/processor.ts";
import type { Ports } from "../ports.ts";

const hour = 3_600_000;
const denied = connectError("AccessDeniedException", 403);
const notFound = connectError("ResourceNotFoundException", 404);
const unavailable = connectError("InternalServiceException", 500);

describe("an intent that may be retried", () => {
  for (const [reason, error] of retryableErrors) {
    it(`is retried after a backoff, without an outcome: ${reason}`, async () => {
      const { process, record, seen } = makeProcessor({ transferContact: answering(error) });
      assert.deepEqual(await process(record({}, { messageId: "m" })), ["m"]);
      assert.deepEqual(seen.order, ["transfer"]);
      assert.deepEqual(seen.visibility, [{ receiptHandle: "handle-of-m", seconds: 8 }]);
    });

    it(`fails permanently only after retryFor, three receives and three failed requests: ${reason}`, async () => {
      for (const { receiveCount, age, hasFailed } of [
        { receiveCount: 3, age: hour, hasFailed: true },
        { receiveCount: 2, age: hour, hasFailed: false },
        { receiveCount: 900, age: hour - 1, hasFailed: false },
      ]) {
        const { process, record, seen, clock } = makeProcessor({ transferContact: answering(error) });
        const at = clock.now() - age;
        const delivery = { messageId: "m", receiveCount, sentAt: at, firstReceivedAt: at };
        assert.deepEqual(await process(record({}, delivery)), hasFailed ? [] : ["m"]);
        assert.equal(seen.transfers.length, hasFailed ? 3 : 1);
        assert.deepEqual(
          seen.outcomes.map(({ detail }) => (detail.failure as { reason: string; effect: string }).reason),
          hasFailed ? [reason] : [],
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
