import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instanceArn } from "../../test/makers.ts";
import { connectError, makeProcessor } from "../../test/processor.ts";

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
