import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sendLetter, sendLetters, startTestQueues } from "../test/operator/dead-letter-queues.ts";
import { readConditions } from "./letters/filters.ts";
import type { DeadLetter } from "./letters/letter.ts";
import { Window } from "./receive/window.ts";
import { withSelected } from "./with-selected.ts";

const sketch = ({ messageId, sentAt, reason }: DeadLetter) => ({ messageId, sentAt, reason });
const idsOf = (letters: readonly { readonly messageId: string }[]) =>
  letters.map(({ messageId }) => messageId);

describe("work on selected dead letters", () => {
  it("comes to each of them once, a window at a time, and hides no more than that from others", async (context) => {
    const queues = await startTestQueues(context);
    await sendLetters(queues, 90);
    const worked: string[] = [];
    const windows: number[] = [];
    const left = await withSelected(
      queues.session,
      { conditions: [] },
      { sketch, windowLetters: 20 },
      async ({ sketches, received }, workThrough) => {
        assert.deepEqual([sketches.length, received.seen], [90, 90]);
        return workThrough({
          messageIds: idsOf(sketches),
          async onLetters(letters, lease) {
            windows.push(letters.length);
            assert.equal(lease.size, letters.length, "nothing else is leased");
            worked.push(...idsOf(letters));
            assert.equal((await lease.delete(idsOf(letters))).size, 0);
            return new Set(idsOf(letters));
          },
          signal: queues.session.signal,
        });
      },
    );
    assert.equal(left.size, 0);
    assert.equal(new Set(worked).size, 90);
    assert.equal(worked.length, 90);
    assert.ok(Math.max(...windows) <= 20);
    assert.equal((await queues.peek("dead")).length, 0);
  });

  it("receives again what was not handled, such as after a sleep of this machine, and reports what nobody can get", async (context) => {
    const queues = await startTestQueues(context);
    await sendLetters(queues, 12);
    let rounds = 0;
    const work = (selection: Parameters<typeof withSelected>[1], handled: number) =>
      withSelected(
        queues.session,
        selection,
        { sketch, windowLetters: 100 },
        async ({ sketches }, workThrough) =>
          workThrough({
            messageIds: idsOf(sketches),
            async onLetters(letters) {
              rounds++;
              return new Set(idsOf(letters).slice(0, rounds === 1 ? 0 : handled));
            },
            signal: queues.session.signal,
          }),
      );
    assert.equal((await work({ conditions: [] }, 12)).size, 0);
    assert.equal(rounds, 2);
    rounds = 0;
    assert.equal((await work({ conditions: [] }, 0)).size, 12);
    assert.equal((await queues.receiveAll("dead")).length, 12, "they are visible");
  });

  it("is refused if the beginning of an id means several", async (context) => {
    const queues = await startTestQueues(context);
    const ids = await Promise.all(Array.from({ length: 17 }, () => sendLetter(queues)));
    const firsts = ids.map((id) => id[0] ?? "");
    const twice = firsts.find((first, index) => firsts.indexOf(first) !== index) ?? "";
    const select = (value: string) =>
      withSelected(
        queues.session,
        { conditions: readConditions("--message-id", value) },
        { sketch, windowLetters: 10 },
        async ({ sketches }) => sketches.length,
      );
    await assert.rejects(select(twice), {
      name: "UsageError",
      code: "AmbiguousId",
      message: /is ambiguous: /,
    });
    assert.equal(await select(ids[0] ?? ""), 1);
    assert.equal((await queues.receiveAll("dead")).length, 17);
  });
});

describe("a window", () => {
  const message = (at: number, bytes = 10) => ({
    MessageId: String(at),
    Body: "x".repeat(bytes),
    Attributes: { SentTimestamp: String(at) },
  });
  const kept = (window: Window) => window.take().map(({ MessageId }) => MessageId);

  it("keeps the oldest, up to its number", () => {
    const window = new Window(3);
    for (const at of [5, 1, 9, 2, 8, 3, 7]) window.offer(message(at));
    assert.equal(window.hasDroppedForSize, false);
    assert.deepEqual(kept(window), ["1", "2", "3"]);
  });

  it("is full once it had to drop something, until it is emptied", () => {
    const window = new Window(100, 25);
    for (const at of [1, 2, 3, 4, 5]) window.offer(message(at));
    assert.equal(window.isFull, true);
    window.offer(message(6));
    assert.deepEqual(kept(window), ["1", "2"]);
    assert.equal(window.isFull, false);
  });

  it("keeps no more bytes than it may, and at least one message", () => {
    const window = new Window(100, 25);
    for (const at of [3, 1, 2, 4]) window.offer(message(at));
    assert.equal(window.hasDroppedForSize, true);
    assert.deepEqual(kept(window), ["1", "2"]);
    window.offer(message(1, 1000));
    assert.deepEqual(kept(window), ["1"]);
  });
});
