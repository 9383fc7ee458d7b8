import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VirtualClock } from "../../test/clocks/virtual-clock.ts";
import { type BatcherOptions, createBatcher, type EntryError, UndeliveredError } from "./batcher.ts";

const refused: EntryError = { name: "Refused", fault: "message" };
const failed: EntryError = { name: "InternalError", fault: "service" };

/** A batcher of strings, one byte a character, whose calls are answered by `send`; the calls are recorded. */
function makeBatcher(
  send: (items: readonly string[], call: number) => (EntryError | undefined)[],
  more: Partial<BatcherOptions<string>> = {},
  random = () => 1,
) {
  const clock = new VirtualClock();
  const abort = new AbortController();
  const calls: string[][] = [];
  const options: BatcherOptions<string> = {
    service: "EventBridge",
    maxCount: 3,
    maxBytes: 10,
    bytesOf: (item) => item.length,
    async send(items) {
      calls.push([...items]);
      await clock.sleep(10);
      return send(items, calls.length);
    },
    ...more,
  };
  const batcher = createBatcher(options, abort.signal, clock, random);
  /** What became of each item: `put`, or the name of its error. */
  const putAll = (items: string[]) =>
    clock.run(
      Promise.all(
        items.map((item) =>
          batcher.put(item).then(
            () => "put",
            (error) => error.entryError.name,
          ),
        ),
      ),
    );
  return { clock, abort, batcher, calls, putAll };
}

const takeAll = (items: readonly string[]) => items.map(() => undefined);

describe("createBatcher", () => {
  it("sends entries of the same moment together, up to the limit of entries", async () => {
    const { calls, putAll } = makeBatcher(takeAll);
    assert.deepEqual(await putAll(["a", "b", "c", "d", "e"]), ["put", "put", "put", "put", "put"]);
    assert.deepEqual(calls, [
      ["a", "b", "c"],
      ["d", "e"],
    ]);
  });

  it("sends entries that arrive during a call with the next one", async () => {
    const { clock, calls, putAll } = makeBatcher(takeAll);
    const first = putAll(["a"]);
    await clock.sleep(5);
    await Promise.all([first, putAll(["b"]), putAll(["c"])]);
    assert.deepEqual(calls, [["a"], ["b", "c"]]);
  });

  it("splits batches by size, and sends an entry that is too large alone", async () => {
    const { calls, putAll } = makeBatcher(takeAll);
    await putAll(["a", "x".repeat(11), "b", "y".repeat(9), "c", "d"]);
    assert.deepEqual(calls, [["a"], ["x".repeat(11)], ["b", "y".repeat(9)], ["c", "d"]]);
  });

  it("retries only the entry that failed, alone", async () => {
    const { calls, putAll } = makeBatcher((items, call) =>
      items.map((item) => (item === "c" && call < 4 ? failed : undefined)),
    );
    assert.deepEqual(await putAll(["a", "b", "c"]), ["put", "put", "put"]);
    assert.deepEqual(calls, [["a", "b", "c"], ["c"], ["c"], ["c"]]);
  });

  it("does not retry an entry that the service refuses permanently", async () => {
    const { calls, putAll } = makeBatcher((items) =>
      items.map((item) => (item === "b" ? refused : undefined)),
    );
    assert.deepEqual(await putAll(["a", "b", "c"]), ["put", "Refused", "put"]);
    assert.deepEqual(calls, [["a", "b", "c"]]);
  });

  it("rejects with an UndeliveredError, which is named so", async () => {
    const { clock, batcher } = makeBatcher((items) => items.map(() => refused));
    await assert.rejects(clock.run(batcher.put("a")), (thrown: Error) => {
      assert.ok(thrown instanceof UndeliveredError);
      assert.deepEqual(
        [thrown.name, thrown.message, thrown.entryError],
        ["UndeliveredError", "Refused", refused],
      );
      return true;
    });
  });

  it("retries each entry of a refused call alone, which finds the one at fault", async () => {
    const { putAll } = makeBatcher((items) => {
      if (items.includes("b")) throw { name: "ValidationException", $metadata: { httpStatusCode: 400 } };
      return takeAll(items);
    });
    assert.deepEqual(await putAll(["a", "b", "c"]), ["put", "ValidationException", "put"]);
  });

  it("retries a call that was throttled or broke", async () => {
    const errors = [
      { name: "ThrottlingException", $metadata: { httpStatusCode: 400 } },
      { name: "LimitExceeded", $metadata: { httpStatusCode: 429 } },
      { name: "InternalFailure", $metadata: { httpStatusCode: 500 } },
      new Error("socket hang up"),
    ];
    const { calls, putAll } = makeBatcher((items, call) => {
      const error = errors[call - 1];
      if (error) throw error;
      return takeAll(items);
    });
    assert.deepEqual(await putAll(["a"]), ["put"]);
    assert.equal(calls.length, 5);
  });

  it("retries a refusal of the caller or the key a few times, and leaves the rest to the next delivery", async () => {
    for (const name of ["AccessDeniedException", "KMS.DisabledException"]) {
      const { clock, calls, putAll } = makeBatcher(() => {
        throw { name, $metadata: { httpStatusCode: 400 } };
      });
      const startedAt = clock.now();
      assert.deepEqual(await putAll(["a"]), [name]);
      assert.equal(calls.length, 4);
      assert.ok(clock.now() - startedAt < 1_000);
    }
  });

  it("retries at once, together, after the clock has been corrected", async () => {
    const { clock, calls, putAll } = makeBatcher((items, call) => {
      if (call === 1) throw { name: "InvalidSignatureException", $metadata: { httpStatusCode: 403 } };
      return takeAll(items);
    });
    const startedAt = clock.now();
    assert.deepEqual(await putAll(["a", "b"]), ["put", "put"]);
    assert.deepEqual(calls, [
      ["a", "b"],
      ["a", "b"],
    ]);
    assert.equal(clock.now() - startedAt, 20);
  });

  it("retries at once only after the first clock error: a second one means that the clock is not the cause", async () => {
    const skewed = { httpStatusCode: 403, clockSkewCorrected: true };
    const { clock, calls, putAll } = makeBatcher(() => {
      throw { name: "AccessDeniedException", $metadata: skewed };
    });
    const startedAt = clock.now();
    assert.deepEqual(await putAll(["a"]), ["AccessDeniedException"]);
    assert.equal(calls.length, 4);
    assert.equal(clock.now() - startedAt, 10 + 10 + (100 + 10) + (200 + 10));
  });

  it("retries an error whose name the table does not know, whatever its status", async () => {
    const { calls, putAll } = makeBatcher((items, call) => {
      if (call === 1) throw { name: "RequestTimeout", $metadata: { httpStatusCode: 400 } };
      return takeAll(items);
    });
    assert.deepEqual(await putAll(["a"]), ["put"]);
    assert.equal(calls.length, 2);
  });

  it("sends a reduced form of an entry that is itself at fault, and ends with the last form", async () => {
    const reduce = (item: string) => (item.length > 1 ? item.slice(1) : undefined);
    const { calls, putAll } = makeBatcher(
      (items) => items.map((item) => (item === "ok" ? undefined : refused)),
      {
        reduce,
      },
    );
    assert.deepEqual(await putAll(["xxok", "bad"]), ["put", "Refused"]);
    assert.deepEqual(calls.flat().toSorted(), ["xxok", "xok", "ok", "bad", "ad", "d"].toSorted());
  });

  it("does not reduce an entry for a refusal that is not its own", async () => {
    const { calls, putAll } = makeBatcher(
      (items) => items.map(() => ({ name: "AccessDenied", fault: "caller" })),
      { reduce: () => "reduced" },
    );
    assert.deepEqual(await putAll(["whole"]), ["AccessDenied"]);
    assert.deepEqual(new Set(calls.flat()), new Set(["whole"]));
  });

  it("stops when its time is over, with nothing in flight", async () => {
    const { clock, abort, calls, putAll } = makeBatcher((items) => items.map(() => failed));
    void clock.sleep(2_000).then(() => abort.abort());
    assert.deepEqual(await putAll(["a", "b"]), ["InternalError", "InternalError"]);
    assert.ok(calls.length > 5);
    assert.equal(clock.sleeping, 0);
  });

  it("stops after about 5 s of a service that is out, so that an instance is free for other records", async () => {
    const { clock, calls, putAll } = makeBatcher((items) => items.map(() => failed));
    const startedAt = clock.monotonic();
    assert.deepEqual(await putAll(["a"]), ["InternalError"]);
    const pausesMs = 100 + 200 + 400 + 800 + 1_600 + 2_000;
    assert.equal(calls.length, 7);
    assert.equal(clock.monotonic() - startedAt, pausesMs + 7 * 10);
  });

  it("starts no attempt once 5 s are over", async () => {
    let calls = 0;
    const { clock, putAll } = makeBatcher(takeAll, {
      async send() {
        calls += 1;
        await clock.sleep(5_000);
        return [failed];
      },
    });
    assert.deepEqual(await putAll(["a"]), ["InternalError"]);
    assert.equal(calls, 1);
  });

  it("shortens each pause by up to a half, at random", async () => {
    const { clock, putAll } = makeBatcher(
      (items, call) => items.map(() => (call < 3 ? failed : undefined)),
      {},
      () => 0,
    );
    const startedAt = clock.monotonic();
    assert.deepEqual(await putAll(["a"]), ["put"]);
    assert.equal(clock.monotonic() - startedAt, 10 + (50 + 10) + (100 + 10));
  });

  it("retries what was throttled for longer than a refusal of the caller", async () => {
    const { calls, putAll } = makeBatcher((items, call) => {
      if (call < 7) throw { name: "ThrottlingException", $metadata: { httpStatusCode: 400 } };
      return takeAll(items);
    });
    assert.deepEqual(await putAll(["a"]), ["put"]);
    assert.equal(calls.length, 7);
  });

  it("sends nothing once its time is over", async () => {
    const { abort, calls, putAll } = makeBatcher(takeAll);
    abort.abort();
    assert.deepEqual(await putAll(["a", "b"]), ["TimeoutError", "TimeoutError"]);
    assert.deepEqual(calls, []);
  });
});
