import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { SqsQueue, SqsStore } from "../../../node_modules/fauxqs/dist/sqs/sqsStore.js";
import { Deadlines } from "./deadlines.ts";
import { scaleUp } from "./scale-up.ts";

function makeQueue(context: TestContext, attributes: Record<string, string> = {}) {
  context.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const queue = new SqsQueue("intents", "http://sqs/0/intents", "arn:intents", attributes);
  scaleUp(queue);
  const send = (body: string, delaySeconds?: number) =>
    queue.enqueue(SqsStore.createMessage(body, {}, delaySeconds));
  const receive = (seconds = 30, most = 10, dead?: SqsQueue) => queue.dequeue(most, seconds, () => dead);
  const bodies = (seconds?: number, most?: number) => receive(seconds, most).map(({ Body }) => Body);
  return { queue, send, receive, bodies, tick: (ms: number) => context.mock.timers.tick(ms) };
}

describe("a queue that is scaled up", () => {
  it("looks neither at each message in flight nor at each delayed one", (context) => {
    const { queue, send, bodies } = makeQueue(context);
    for (let n = 0; n < 30; n++) send(`m-${n}`);
    for (let n = 0; n < 30; n++) send(`late-${n}`, 60);
    bodies();
    bodies();
    const never = () => assert.fail("it looked at all of them");
    queue.inflightMessages[Symbol.iterator] = never;
    queue.delayedMessages[Symbol.iterator] = never;
    assert.deepEqual(
      bodies(),
      Array.from({ length: 10 }, (_, n) => `m-${20 + n}`),
    );
    assert.deepEqual(bodies(), []);
  });

  it("delivers a message again when its time is up, and not before", (context) => {
    const { send, bodies, tick } = makeQueue(context);
    send("a");
    assert.deepEqual(bodies(30), ["a"]);
    tick(29_999);
    assert.deepEqual(bodies(30), []);
    tick(1);
    assert.deepEqual(bodies(30), ["a"]);
  });

  it("keeps a message hidden whose time was extended, and delivers one at once that was released", (context) => {
    const { queue, send, receive, bodies, tick } = makeQueue(context);
    send("extended");
    send("released");
    send("deleted");
    const [extended, released, deleted] = receive(30);
    queue.changeVisibility(extended?.ReceiptHandle ?? "", 90);
    queue.changeVisibility(released?.ReceiptHandle ?? "", 0);
    queue.deleteMessage(deleted?.ReceiptHandle ?? "");
    assert.deepEqual(bodies(200), ["released"]);
    tick(89_999);
    assert.deepEqual(bodies(), []);
    tick(1);
    assert.deepEqual(bodies(), ["extended"]);
  });

  it("delivers delayed messages in the order in which they are due", (context) => {
    const { send, bodies, tick } = makeQueue(context);
    send("third", 30);
    send("first", 10);
    send("second", 20);
    send("second too", 20);
    tick(20_000);
    assert.deepEqual(bodies(), ["first", "second", "second too"]);
    tick(10_000);
    assert.deepEqual(bodies(), ["third"]);
  });

  it("returns what comes after messages that have been received too often", (context) => {
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: "arn:dead", maxReceiveCount: 1 });
    const { queue, send, receive } = makeQueue(context, { RedrivePolicy });
    const dead = new SqsQueue("dead", "http://sqs/0/dead", "arn:dead");
    for (let n = 0; n < 12; n++) send(`old-${n}`);
    for (const { ReceiptHandle } of [...receive(), ...receive()]) queue.changeVisibility(ReceiptHandle, 0);
    send("new");
    assert.deepEqual(
      receive(30, 10, dead).map(({ Body }) => Body),
      ["new"],
    );
    assert.equal(dead.messages.length, 12);
  });

  it("returns no more than it is asked for", (context) => {
    const { queue, send, bodies } = makeQueue(context);
    for (let n = 0; n < 12; n++) send(`m-${n}`);
    assert.deepEqual(bodies(30, 1), ["m-0"]);
    assert.deepEqual(bodies(30, 3), ["m-1", "m-2", "m-3"]);
    assert.equal(queue.messages.length, 8);
  });
});

it("deadlines are taken in their order, whatever the order they were added in", () => {
  const deadlines = new Deadlines();
  const instants = Array.from({ length: 200 }, (_, n) => (n * 7919) % 211);
  for (const at of instants) deadlines.add(at, String(at));
  const take = (now: number) => {
    const taken: number[] = [];
    for (let key = deadlines.take(now); key !== undefined; key = deadlines.take(now)) taken.push(Number(key));
    return taken;
  };
  const sorted = instants.toSorted((a, b) => a - b);
  assert.deepEqual(
    take(100),
    sorted.filter((at) => at <= 100),
  );
  deadlines.add(50, "50");
  assert.deepEqual(take(1000), [50, ...sorted.filter((at) => at > 100)]);
});
