import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { createLetterSpool } from "../../operate/files/letter-spool.ts";
import { readConditions } from "../../operate/letters/filters.ts";
import { readLetter } from "../../operate/letters/read-letter.ts";
import { instanceArn, instanceId, makeEnvelope } from "../../test/makers.ts";
import { makeFailure, makeLetter } from "../../test/operator/dead-letter-queues.ts";
import { groupLetters } from "./group-letters.ts";
import { indexLetter } from "./indexed-letter.ts";
import { LetterIndex } from "./letter-index.ts";
import { selectFromQueue } from "./list-letters.ts";
import type { QueueSnapshot } from "./queue-reader.ts";

const instance = { id: instanceId, arn: instanceArn };
const instances = { byId: new Map([[instanceId, instance]]), defaultInstance: instance };
const now = Date.parse("2026-11-24T12:30:00Z");
const minutes = 60_000;

interface Parts {
  readonly messageId: string;
  readonly failedAt: number;
  readonly reason?: string;
  readonly queueId?: string;
  readonly clientToken?: string;
  readonly replays?: number;
}

/** The letters in a spool and in an index, and how many bodies were read from the spool. */
function makeSnapshot(t: TestContext, parts: readonly Parts[], maxLetters?: number) {
  const spool = createLetterSpool();
  t.after(() => spool[Symbol.dispose]());
  const index = new LetterIndex(maxLetters);
  let bodiesRead = 0;
  for (const { messageId, failedAt, reason = "AccessDenied", queueId = "q", clientToken, replays } of parts) {
    const { MessageBody: Body, MessageAttributes } = makeLetter({
      body: makeEnvelope({ queueId, metadata: { of: messageId } }),
      reason,
      failure: makeFailure({ failedAt: new Date(failedAt).toISOString(), clientToken, replays }),
    });
    const letter = readLetter(
      { MessageId: messageId, Body, MessageAttributes, Attributes: { SentTimestamp: String(failedAt) } },
      instances,
    );
    index.add(indexLetter(letter, spool.add(letter)));
  }
  const snapshot: QueueSnapshot = {
    index,
    freshness: { source: "queue", readAt: now },
    retentionMs: 14 * 86_400_000,
    letter(id) {
      bodiesRead++;
      const slot = index.get(id)?.slot;
      return slot && readLetter(spool.read(slot), instances);
    },
  };
  return { snapshot, index, bodiesRead: () => bodiesRead };
}

const agoMs = (ms: number) => now - ms;

describe("a snapshot of the queue", () => {
  it("has whole letters on the disk, and what lists need in memory", async (t) => {
    const { snapshot, bodiesRead } = makeSnapshot(t, [
      { messageId: "b", failedAt: agoMs(1) },
      { messageId: "a", failedAt: agoMs(2), queueId: "other" },
    ]);
    const found = await selectFromQueue(snapshot, readConditions("--queue", "q"), now);
    assert.deepEqual([found.map(({ row }) => row.id), bodiesRead()], [["b"], 0]);
    const letter = snapshot.letter("a");
    assert.ok(letter?.reading.kind === "intent");
    assert.deepEqual(letter.reading.intent.metadata, { of: "a" });
  });

  it("reads each body once for a condition on bodies, and only of letters that the others select", async (t) => {
    const { snapshot, bodiesRead } = makeSnapshot(t, [
      { messageId: "a", failedAt: agoMs(1) },
      { messageId: "b", failedAt: agoMs(2) },
      { messageId: "c", failedAt: agoMs(3), queueId: "other" },
    ]);
    const conditions = [
      ...readConditions("--where", "detail.metadata.of=b"),
      ...readConditions("--queue", "q"),
    ];
    for (const _ of ["first", "again"]) {
      const found = await selectFromQueue(snapshot, conditions, now);
      assert.deepEqual([found.map(({ row }) => row.id), bodiesRead()], [["b"], 2]);
    }
  });
});

it("an index keeps the newest letters and says how many it has dropped", (t) => {
  const parts = Array.from({ length: 25 }, (_, at) => ({ messageId: String(at), failedAt: agoMs(at) }));
  const { index } = makeSnapshot(t, parts, 20);
  assert.equal(index.size + index.dropped, 25);
  assert.ok(index.has("0") && !index.has("22"));
  assert.equal(index.all().at(-1)?.row.id, "0");
});

describe("a group of failures", () => {
  const [hour, day] = [60 * minutes, 24 * 60 * minutes];

  it("counts them by the hour and by the day, the last of which has not ended", (t) => {
    const { index } = makeSnapshot(t, [
      { messageId: "now", failedAt: agoMs(10 * minutes) },
      { messageId: "last hour", failedAt: agoMs(40 * minutes) },
      { messageId: "a day ago", failedAt: agoMs(23 * hour) },
      { messageId: "two days ago", failedAt: agoMs(2 * day) },
      { messageId: "long ago", failedAt: agoMs(20 * day) },
    ]);
    const [group] = groupLetters({ queue: index.all() }, now);
    const counted = (counts: readonly number[] = []) =>
      counts.flatMap((count, at) => (count > 0 ? [[at - counts.length, count]] : []));
    assert.deepEqual(counted(group?.perHour), [
      [-24, 1],
      [-2, 1],
      [-1, 1],
    ]);
    assert.deepEqual(counted(group?.perDay), [
      [-3, 1],
      [-2, 1],
      [-1, 2],
    ]);
    assert.equal(group?.isNew, false);
  });

  it("of the log and of the queue is one, and knows what came back and what expires first", (t) => {
    const inQueue = [
      { messageId: "1", failedAt: agoMs(hour), clientToken: "ct1-1", replays: 0 },
      { messageId: "2", failedAt: agoMs(2 * hour), clientToken: "ct1-2", replays: 3 },
    ];
    const queue = makeSnapshot(t, inQueue).index.all();
    const log = makeSnapshot(t, [
      ...inQueue,
      { messageId: "3", failedAt: agoMs(5 * hour), clientToken: "ct1-2" },
    ]).index.all();
    const [group, ...others] = groupLetters({ log, queue, retentionMs: day }, now);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [group?.failures, group?.inQueue, group?.cameBack, group?.expiresAt, group?.isNew],
      [3, 2, 1, agoMs(2 * hour) + day, true],
    );
    assert.equal(groupLetters({ log }, now)[0]?.cameBack, 1, "an intent that failed twice");
    assert.equal(groupLetters({ log }, now)[0]?.inQueue, undefined);
  });

  it("that nobody sees in the queue any more is there all the same", (t) => {
    const log = makeSnapshot(t, [{ messageId: "1", failedAt: agoMs(hour) }]).index.all();
    const [group] = groupLetters({ log, queue: [] }, now);
    assert.deepEqual([group?.failures, group?.inQueue, group?.expiresAt], [1, 0, undefined]);
  });
});
