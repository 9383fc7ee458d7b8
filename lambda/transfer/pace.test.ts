import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, it } from "node:test";
import { VirtualClock } from "../../test/clocks/virtual-clock.ts";
import { createPace } from "./pace.ts";

const never = Number.POSITIVE_INFINITY;
const random = () => 0;
const live = new AbortController().signal;

/** Acquires `count` slots at once; returns when each was granted, in milliseconds after the start. */
async function slotTimes(perSecond: number, count: number): Promise<number[]> {
  const clock = new VirtualClock();
  const start = clock.monotonic();
  const pace = createPace(perSecond, clock, random);
  const times = Array.from({ length: count }, async () => {
    await pace.acquire(never, live);
    return clock.monotonic() - start;
  });
  return clock.run(Promise.all(times));
}

describe("createPace", () => {
  it("starts with one slot, then grants slots at its rate", async () => {
    assert.deepEqual(await slotTimes(1, 4), [0, 1000, 2000, 3000]);
    assert.deepEqual(await slotTimes(5, 4), [0, 200, 400, 600]);
    assert.deepEqual(await slotTimes(0.05, 2), [0, 20_000]);
  });

  it("begins at a random moment if its slots are more than a second apart, so that many instances do not burst", async () => {
    const firstSlots = async (perSecond: number) => {
      const clock = new VirtualClock();
      const start = clock.monotonic();
      const pace = createPace(perSecond, clock, () => 0.5);
      await clock.run(pace.acquire(never, live));
      const first = clock.monotonic() - start;
      await clock.run(pace.acquire(never, live));
      return [first, clock.monotonic() - start];
    };
    assert.deepEqual(await firstSlots(0.05), [9_500, 29_500]);
    assert.deepEqual(await firstSlots(0.5), [500, 2_500]);
    assert.deepEqual(await firstSlots(1), [0, 1_000]);
    assert.deepEqual(await firstSlots(4), [0, 250]);
  });

  it("saves up at most one second's worth", async () => {
    const clock = new VirtualClock();
    const pace = createPace(5, clock, random);
    await clock.run(clock.sleep(3_600_000));
    const start = clock.monotonic();
    const times = await clock.run(
      Promise.all(
        Array.from({ length: 7 }, async () => {
          await pace.acquire(never, live);
          return clock.monotonic() - start;
        }),
      ),
    );
    assert.deepEqual(times, [0, 0, 0, 0, 0, 200, 400]);
  });

  it("saves up one slot if its rate is below one per second", async () => {
    const clock = new VirtualClock();
    const pace = createPace(0.5, clock, random);
    await clock.run(clock.sleep(60_000));
    const start = clock.monotonic();
    await clock.run(pace.acquire(never, live));
    await clock.run(pace.acquire(never, live));
    assert.equal(clock.monotonic() - start, 2_000);
  });

  it("returns at once, with the slot's time, if a slot comes later than the caller can wait", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    const start = clock.monotonic();
    const slots = await clock.run(Promise.all([0, 1, 2, 3].map(() => pace.acquire(start + 1_500, live))));
    assert.deepEqual(slots, [
      { kind: "now" },
      { kind: "now" },
      { kind: "later", at: start + 2_000 },
      { kind: "later", at: start + 2_000 },
    ]);
    assert.equal(clock.monotonic() - start, 1_000);
    assert.equal(clock.sleeping, 0);
  });

  it("grants no slot after the caller's last instant, even if one is free", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    assert.deepEqual(await clock.run(pace.acquire(clock.monotonic() - 1, live)), {
      kind: "later",
      at: clock.monotonic(),
    });
  });

  it("gives a released slot to the next in line", async () => {
    const clock = new VirtualClock();
    const start = clock.monotonic();
    const pace = createPace(1, clock, random);
    await clock.run(pace.acquire(never, live));
    pace.release();
    await clock.run(pace.acquire(never, live));
    assert.equal(clock.monotonic(), start);
  });

  it("wakes the next in line when a slot is released", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    const times: number[] = [];
    const use = async (isReleased: boolean) => {
      await pace.acquire(never, live);
      times.push(clock.monotonic());
      if (isReleased) pace.release();
    };
    await clock.run(Promise.all([use(false), use(true), use(true), use(false), use(false)]));
    assert.deepEqual(times, [0, 1_000, 1_000, 1_000, 2_000]);
    assert.equal(clock.sleeping, 0);
  });

  it("ends a wait with its signal, and nothing is left behind", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    await clock.run(pace.acquire(never, live));
    const ending = new AbortController();
    const waiting = [pace.acquire(never, ending.signal), pace.acquire(never, ending.signal)];
    await clock.run(clock.sleep(300));
    ending.abort();
    for (const slot of await clock.run(Promise.all(waiting))) assert.equal(slot.kind, "later");
    assert.equal((await pace.acquire(never, ending.signal)).kind, "later");
    assert.deepEqual([clock.monotonic(), clock.sleeping], [300, 0]);
    assert.equal(pace.takeFigures().requests, 1);
    // The slot of an idle pace is free now, not in the past.
    await clock.run(clock.sleep(5_000));
    assert.deepEqual(await pace.acquire(never, ending.signal), { kind: "later", at: 5_300 });
  });

  it("is not disturbed by the end of a signal whose caller has its slot", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    const ending = new AbortController();
    const first = pace.acquire(never, ending.signal);
    const next = pace.acquire(never, live);
    ending.abort();
    assert.deepEqual(await clock.run(Promise.all([first, next])), [{ kind: "now" }, { kind: "now" }]);
  });

  it("leaves no listener on a signal", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    const { signal } = new AbortController();
    await clock.run(Promise.all([pace.acquire(never, signal), pace.acquire(never, signal)]));
    assert.deepEqual(getEventListeners(signal, "abort"), []);
  });

  it("serves those that wait on when another ends its wait", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    await clock.run(pace.acquire(never, live));
    const ending = new AbortController();
    const leaver = pace.acquire(never, ending.signal);
    const stayer = pace.acquire(never, live);
    ending.abort();
    assert.equal((await clock.run(leaver)).kind, "later");
    assert.equal((await clock.run(stayer)).kind, "now");
    assert.equal(clock.monotonic(), 1_000);
  });

  it("takes nothing from the share of doubtful requests for another that was not made", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    await clock.run(pace.acquire(never, live));
    const ending = new AbortController();
    const leaver = pace.acquire(never, ending.signal);
    ending.abort();
    assert.equal((await clock.run(leaver)).kind, "later");
    assert.equal((await clock.run(pace.acquire(never, live, 1))).kind, "now");
  });

  it("slows down when throttled, at most once every two seconds, down to a quarter", async () => {
    const clock = new VirtualClock();
    const pace = createPace(4, clock, random);
    pace.onThrottled();
    assert.equal(pace.perSecond(), 3.2);
    await clock.run(clock.sleep(1_999));
    pace.onThrottled();
    assert.equal(pace.perSecond(), 3.2);
    await clock.run(clock.sleep(1));
    pace.onThrottled();
    assert.ok(pace.perSecond() < 3.2);
    for (let step = 0; step < 50; step++) {
      await clock.run(clock.sleep(2_000));
      pace.onThrottled();
    }
    assert.equal(pace.perSecond(), 1);
  });

  it("grants nothing for a whole interval after a throttle, even if slots are saved up", async () => {
    const clock = new VirtualClock();
    const pace = createPace(10, clock, random);
    await clock.run(clock.sleep(5_000));
    pace.onThrottled();
    const start = clock.monotonic();
    await clock.run(pace.acquire(never, live));
    assert.equal(clock.monotonic() - start, Math.ceil(1000 / pace.perSecond()));
  });

  it("recovers step by step up to its rate", () => {
    const clock = new VirtualClock();
    const pace = createPace(10, clock, random);
    pace.onThrottled();
    const rates = Array.from({ length: 300 }, () => {
      pace.onAccepted();
      return pace.perSecond();
    });
    assert.deepEqual(
      rates,
      rates.toSorted((a, b) => a - b),
    );
    assert.ok((rates[0] ?? 10) < 10);
    assert.equal(rates.at(-1), 10);
  });

  it("recovers by no more than a hundredth per second, at a high rate as at a low one", () => {
    for (const nominal of [1, 2, 10, 1_000]) {
      const pace = createPace(nominal, new VirtualClock(), random);
      pace.onThrottled();
      const before = pace.perSecond();
      for (let accepted = 0; accepted < before; accepted++) pace.onAccepted();
      const recovered = (pace.perSecond() - before) / nominal;
      assert.ok(recovered > 0.005 && recovered <= 0.0125, `${nominal}: ${recovered}`);
    }
  });

  it("takes no slot for a caller that cannot wait for it", async () => {
    const clock = new VirtualClock();
    const start = clock.monotonic();
    const pace = createPace(1, clock, random);
    await clock.run(pace.acquire(never, live));
    for (let caller = 0; caller < 5; caller++)
      assert.equal((await clock.run(pace.acquire(start + 500, live))).kind, "later");
    await clock.run(pace.acquire(never, live));
    assert.equal(clock.monotonic() - start, 1_000);
    assert.equal(pace.takeFigures().requests, 2);
  });

  it("grants a slot that comes at the caller's last instant, and none that comes a moment later", async () => {
    const clock = new VirtualClock();
    const exact = createPace(1, clock, random);
    await clock.run(exact.acquire(never, live));
    assert.deepEqual(await clock.run(exact.acquire(1_000, live)), { kind: "now" });
    assert.equal(exact.takeFigures().requests, 2);
    // Its slots come every 1,333.3 ms; a wait ends with a whole millisecond.
    const uneven = createPace(0.75, clock, random);
    const start = clock.monotonic();
    await clock.run(uneven.acquire(never, live));
    const slot = await clock.run(uneven.acquire(start + 1_333.5, live));
    assert.deepEqual(slot, { kind: "later", at: start + 1_334 });
  });

  it("lets a caller go as soon as its slot cannot come in time any more", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    await clock.run(pace.acquire(never, live));
    const waiting = pace.acquire(1_500, live);
    await clock.run(clock.sleep(900));
    pace.onThrottled();
    assert.deepEqual(await clock.run(waiting), { kind: "later", at: 2_150 });
    assert.equal(clock.monotonic(), 1_000);
  });

  it("takes no slot for a caller whose slot has moved behind its last instant while it waited", async () => {
    const clock = new VirtualClock();
    const start = clock.monotonic();
    const pace = createPace(1, clock, random);
    await clock.run(pace.acquire(never, live));
    const tooLate = pace.acquire(start + 1_100, live);
    const next = pace.acquire(never, live);
    pace.onThrottled();
    assert.deepEqual(await clock.run(tooLate), { kind: "later", at: start + 1_250 });
    await clock.run(next);
    assert.equal(clock.monotonic() - start, 1_250);
    assert.equal(pace.takeFigures().requests, 2);
  });

  it("saves up less once it has slowed down", async () => {
    const clock = new VirtualClock();
    const pace = createPace(8, clock, random);
    for (let step = 0; step < 50; step++) {
      await clock.run(clock.sleep(2_000));
      pace.onThrottled();
    }
    await clock.run(clock.sleep(60_000));
    const start = clock.monotonic();
    const times = await clock.run(
      Promise.all([0, 1, 2, 3].map(() => pace.acquire(never, live).then(() => clock.monotonic() - start))),
    );
    assert.deepEqual(times, [0, 0, 500, 1_000]);
  });

  it("makes waiting callers wait longer when it slows down", async () => {
    const clock = new VirtualClock();
    const start = clock.monotonic();
    const pace = createPace(1, clock, random);
    await clock.run(pace.acquire(never, live));
    const second = pace.acquire(never, live);
    pace.onThrottled();
    await clock.run(second);
    assert.ok(clock.monotonic() - start > 1_000);
  });

  it("counts slots and throttles since the last call, and returns the current rate", async () => {
    const clock = new VirtualClock();
    const pace = createPace(10, clock, random);
    await clock.run(pace.acquire(never, live));
    pace.onThrottled();
    await clock.run(pace.acquire(never, live));
    pace.release();
    assert.deepEqual(pace.takeFigures(), { requests: 1, throttled: 1, allowedPerSecond: 8 });
    assert.deepEqual(pace.takeFigures(), { requests: 0, throttled: 0, allowedPerSecond: 8 });
  });
});
