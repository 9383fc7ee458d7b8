import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EntryAnswer, Queue } from "../aws/queue.ts";
import { MessageLease } from "./lease.ts";

const done = { isDone: true } as const;
const refused = { isDone: false, code: "Refused", message: "why", isPermanent: true } as const;

/** A lease on the messages `a`, `b` and `c`, whose receipt handles are their ids. */
function start(queue: Pick<Partial<Queue>, "delete" | "changeVisibility">) {
  let now = 0;
  const deletes: string[][] = [];
  const waits: number[] = [];
  const answerAll = async (handles: readonly string[]): Promise<EntryAnswer[]> => handles.map(() => done);
  const lease = new MessageLease(
    {
      url: "",
      receive: async () => [],
      send: async () => [],
      counts: () => Promise.reject(new Error("not asked")),
      changeVisibility: queue.changeVisibility ?? answerAll,
      delete(handles) {
        deletes.push([...handles]);
        return (queue.delete ?? answerAll)(handles);
      },
    },
    {
      now: () => now,
      monotonic: () => now,
      sleep(ms, signal) {
        if (signal)
          return new Promise((_resolve, reject) =>
            signal.addEventListener("abort", () => reject(signal.reason)),
          );
        waits.push(ms);
        return Promise.resolve();
      },
    },
  );
  for (const id of ["a", "b", "c"]) lease.add(id, id, now);
  return {
    lease,
    deletes,
    /** Between attempts. */
    waits,
    /** Another consumer has received `b`: its lease cannot be extended. */
    async loseB() {
      now = 25_000;
      await lease.renew(["a", "b", "c"]);
    },
  };
}

const refuseB: Queue["changeVisibility"] = async (handles) =>
  handles.map((handle) => (handle === "b" ? refused : done));
const lost = "its lease was lost, and another consumer may have it";

describe("a delete", () => {
  it("returns nothing if all are gone, and waits for nothing", async () => {
    const { lease, deletes, waits } = start({});
    assert.deepEqual(await lease.delete(["a", "b", "c"]), new Map());
    assert.deepEqual([deletes, lease.size, waits], [[["a", "b", "c"]], 0, []]);
  });

  it("returns a message whose lease was lost before: it is still in the queue", async () => {
    const { lease, deletes, loseB } = start({ changeVisibility: refuseB });
    await loseB();
    assert.deepEqual(await lease.delete(["a", "b", "c"]), new Map([["b", lost]]));
    assert.deepEqual(deletes, [["a", "c"]]);
  });

  it("returns a message whose lease is lost while a call for it fails", async () => {
    const { lease, loseB } = start({
      changeVisibility: refuseB,
      async delete() {
        await loseB();
        throw new Error("no answer");
      },
    });
    const undeleted = await lease.delete(["a", "b", "c"]);
    assert.deepEqual(
      undeleted,
      new Map([
        ["a", "no answer"],
        ["b", lost],
        ["c", "no answer"],
      ]),
    );
  });

  it("tries three times what SQS does not delete, and returns its last answer", async () => {
    const { lease, deletes, waits } = start({
      delete: async (handles) => handles.map((handle) => (handle === "c" ? refused : done)),
    });
    assert.deepEqual(await lease.delete(["a", "b", "c"]), new Map([["c", "Refused: why"]]));
    assert.deepEqual(deletes, [["a", "b", "c"], ["c"], ["c"]]);
    assert.equal(waits.length, 2);
  });
});
