import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SQSRecord } from "aws-lambda";
import { VirtualClock } from "../clocks/virtual-clock.ts";
import { QueueModel } from "./queue-model.ts";

function makeQueue({ maxReceiveCount = 5 } = {}) {
  const clock = new VirtualClock(0);
  const queue = new QueueModel({ clock, visibilityTimeoutMs: 180_000, maxReceiveCount });
  return { clock, queue };
}

/** Receives until there is a message; an empty receive ends after 20 s. */
async function receiveSome(queue: QueueModel): Promise<SQSRecord[]> {
  const records = await queue.receive(10);
  return records.length > 0 ? records : receiveSome(queue);
}

describe("the model of a queue", () => {
  it("hides a received message for the visibility timeout, then delivers it with the next receive count", async () => {
    const { clock, queue } = makeQueue();
    queue.send("a");
    const seen = await clock.run(
      (async () => {
        const [first] = await queue.receive(10);
        const [second] = await receiveSome(queue);
        return { first, second, at: clock.now() };
      })(),
    );
    assert.equal(seen.first?.attributes.ApproximateReceiveCount, "1");
    assert.equal(seen.second?.attributes.ApproximateReceiveCount, "2");
    assert.equal(seen.at, 180_000);
  });

  it("counts a changed visibility timeout from the change, not from the receive", async () => {
    const { clock, queue } = makeQueue();
    queue.send("a");
    const again = await clock.run(
      (async () => {
        const [record] = await queue.receive(10);
        await clock.sleep(10_000);
        queue.changeVisibility(record?.receiptHandle ?? "", 5);
        const [second] = await queue.receive(10);
        return { at: clock.now(), attributes: second?.attributes };
      })(),
    );
    assert.equal(again.at, 15_000);
    assert.equal(again.attributes?.ApproximateReceiveCount, "2");
    assert.equal(again.attributes?.ApproximateFirstReceiveTimestamp, "0");
  });

  it("dead-letters a message at the receive after maxReceiveCount", async () => {
    const { clock, queue } = makeQueue({ maxReceiveCount: 2 });
    queue.send("a");
    const received = await clock.run(
      (async () => {
        let count = 0;
        for (let receive = 0; receive < 40; receive++) count += (await queue.receive(10)).length;
        return count;
      })(),
    );
    assert.deepEqual(
      { received, size: queue.size, dead: queue.deadLetters },
      { received: 2, size: 0, dead: ["a"] },
    );
  });

  it("waits up to 20 s for a message to be sent", async () => {
    const { clock, queue } = makeQueue();
    const sender = clock.sleep(7_000).then(() => queue.send("a"));
    const records = await clock.run(queue.receive(10));
    await sender;
    assert.deepEqual([records[0]?.body, clock.now()], ["a", 7_000]);
    assert.deepEqual([await clock.run(queue.receive(10)), clock.now()], [[], 27_000]);
  });

  it("never redelivers a deleted message, and ignores an old receipt handle", async () => {
    const { clock, queue } = makeQueue();
    queue.send("a");
    const [first] = await clock.run(queue.receive(10));
    await clock.run(clock.sleep(180_000));
    const [second] = await clock.run(queue.receive(10));
    assert.throws(() => queue.delete(first?.receiptHandle ?? ""), /not the last receive/);
    queue.delete(second?.receiptHandle ?? "");
    assert.equal(queue.size, 0);
  });
});

describe("the model of a fair queue", () => {
  const bodiesOf = (records: readonly SQSRecord[]) => records.map(({ body }) => body);

  /** A group has a backlog, of which one message took ten seconds; then others send. */
  async function receiveAfter(pauseMs: number, { clock, queue }: ReturnType<typeof makeQueue>) {
    for (const body of ["a1", "a2", "a3"]) queue.send(body, { messageGroupId: "a" });
    const [first] = await queue.receive(1);
    await clock.sleep(10_000);
    queue.delete(first?.receiptHandle ?? "");
    await clock.sleep(pauseMs);
    queue.send("b1", { messageGroupId: "b" });
    queue.send("alone");
    return queue.receive(10);
  }

  const received = (pauseMs: number) => {
    const made = makeQueue();
    return made.clock.run(receiveAfter(pauseMs, made));
  };

  it("delivers messages of a group that takes most of the time after all others", async () => {
    assert.deepEqual(bodiesOf(await received(0)), ["b1", "alone", "a2", "a3"]);
  });

  it("knows no noisy group once it has sent nothing for five minutes", async () => {
    assert.deepEqual(bodiesOf(await received(300_000)), ["a2", "a3", "b1", "alone"]);
  });

  it("delivers messages without groups in the order in which they became visible", async () => {
    const { clock, queue } = makeQueue();
    for (const body of ["1", "2", "3"]) queue.send(body);
    assert.deepEqual(bodiesOf(await clock.run(queue.receive(10))), ["1", "2", "3"]);
  });
});
