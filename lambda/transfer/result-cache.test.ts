import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VirtualClock } from "../../test/clocks/virtual-clock.ts";
import { createResultCache, type PendingResults, type ResultCache } from "./result-cache.ts";
import type { TransferResult, Transferred } from "./transfer-at-pace.ts";

const transferred = (contactId: string): Transferred => ({
  kind: "transferred",
  response: { contactId, contactArn: `arn/${contactId}`, evidence: "answered", httpStatus: 200 },
});
const waits: TransferResult = {
  kind: "waits",
  at: 1,
  wasThrottled: false,
  isDoubtful: false,
  mayHaveMoved: false,
};
const never = () => Promise.reject(new Error("Connect is asked although the result is known"));

const tenMinutes = 600_000;

/** Has the cache learn a success per token. */
async function learn(cache: ResultCache, ...tokens: string[]) {
  for (const token of tokens) await cache.share(token, new Map(), async () => transferred(token));
}

describe("the result cache", () => {
  it("asks once for twins of an invocation", async () => {
    const cache = createResultCache(new VirtualClock());
    const pending: PendingResults = new Map();
    const { promise, resolve } = Promise.withResolvers<TransferResult>();
    const twins = [cache.share("a", pending, () => promise), cache.share("a", pending, never)];
    resolve(transferred("a"));
    const [first, second] = await Promise.all(twins);
    assert.equal(first, second);
    assert.equal(pending.size, 0);
  });

  it("lets another invocation ask for itself while an earlier call hangs", async () => {
    const cache = createResultCache(new VirtualClock());
    void cache.share("a", new Map(), () => new Promise(() => {}));
    assert.deepEqual(await cache.share("a", new Map(), async () => waits), waits);
  });

  it("keeps an answer, and nothing that is not one", async () => {
    const cache = createResultCache(new VirtualClock());
    await cache.share("a", new Map(), async () => waits);
    assert.equal(cache.has("a"), false);
    await learn(cache, "a");
    assert.deepEqual(await cache.share("a", new Map(), never), transferred("a"));
  });

  it("evicts no result before it is published: it is full instead", async () => {
    const cache = createResultCache(new VirtualClock(), 2);
    await learn(cache, "a");
    assert.equal(cache.isFull(), false);
    await learn(cache, "b", "c");
    assert.equal(cache.isFull(), true);
    assert.deepEqual(["a", "b", "c"].map(cache.has), [true, true, true]);
    cache.release("a");
    cache.release("b");
    assert.equal(cache.isFull(), false);
  });

  it("keeps as many published results as it holds, the latest longest", async () => {
    const cache = createResultCache(new VirtualClock(), 2);
    for (const token of ["a", "b", "c", "d"]) {
      await learn(cache, token);
      cache.release(token);
    }
    assert.deepEqual(["a", "b", "c", "d"].map(cache.has), [false, false, true, true]);
  });

  it("never counts a success that travels as known to this instance alone", async () => {
    const cache = createResultCache(new VirtualClock(), 2);
    for (const token of ["a", "b", "c"]) cache.keep(token, transferred(token));
    assert.equal(cache.isFull(), false);
    assert.deepEqual(["a", "b", "c"].map(cache.has), [false, true, true]);
    await learn(cache, "d", "e");
    cache.keep("d", transferred("d"));
    assert.equal(cache.isFull(), false);
  });

  it("is full for ten minutes at most with results whose messages do not come back", async () => {
    const clock = new VirtualClock();
    const cache = createResultCache(clock, 2);
    await learn(cache, "a");
    const refusal = { reason: "InvalidRequest", message: "no", error: { name: "no" } } as const;
    const refused = { kind: "refused", refusal, mayHaveMoved: false, failedRequests: 1 } as const;
    await cache.share("b", new Map(), async () => refused);
    await clock.run(clock.sleep(tenMinutes - 1));
    assert.equal(cache.isFull(), true);
    await clock.run(clock.sleep(1));
    assert.equal(cache.isFull(), false);
    assert.deepEqual(["a", "b"].map(cache.has), [true, false]);
  });

  it("knows a refusal for ten minutes at most, so that a repaired intent can be replayed", async () => {
    const clock = new VirtualClock();
    const cache = createResultCache(clock);
    const refusal = { reason: "ResourceNotFound", message: "no", error: { name: "no" } } as const;
    const refused = { kind: "refused", refusal, mayHaveMoved: false, failedRequests: 1 } as const;
    await cache.share("a", new Map(), async () => refused);
    await clock.run(clock.sleep(tenMinutes));
    assert.deepEqual(await cache.share("a", new Map(), async () => transferred("a")), transferred("a"));
  });

  it("stays full with results whose messages come back", async () => {
    const clock = new VirtualClock();
    const cache = createResultCache(clock, 2);
    await learn(cache, "a", "b");
    await clock.run(clock.sleep(tenMinutes - 1));
    for (const token of ["a", "b"]) await cache.share(token, new Map(), never);
    await clock.run(clock.sleep(tenMinutes - 1));
    assert.equal(cache.isFull(), true);
  });

  it("forgets a result, published or not", async () => {
    const cache = createResultCache(new VirtualClock());
    await learn(cache, "a", "b");
    cache.release("a");
    cache.forget("a");
    cache.forget("b");
    assert.deepEqual(["a", "b"].map(cache.has), [false, false]);
  });
});
