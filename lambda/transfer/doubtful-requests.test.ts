import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VirtualClock } from "../../test/clocks/virtual-clock.ts";
import { createPace, type Pace } from "./pace.ts";

const never = Number.POSITIVE_INFINITY;
const random = () => 0;
const live = new AbortController().signal;

describe("the pace, for a doubtful request", () => {
  const isGranted = async (slot: Promise<{ kind: string }>) => (await slot).kind === "now";

  it("has a slot that is free, and no wait", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    assert.ok(await clock.run(isGranted(pace.acquire(never, live, 1))));
    const slot = await clock.run(pace.acquire(never, live, 1));
    assert.deepEqual(slot, { kind: "later", at: 1_000 });
    await clock.run(clock.sleep(1_000));
    assert.ok(await clock.run(isGranted(pace.acquire(never, live, 1))));
  });

  it("has the first slot that it must wait for: a single failure changes nothing", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    await clock.run(pace.acquire(never, live));
    assert.ok(await clock.run(isGranted(pace.acquire(never, live, 1))));
    assert.equal(clock.monotonic(), 1_000);
    assert.ok(!(await clock.run(isGranted(pace.acquire(never, live, 1)))));
  });

  it("has every slot while nothing else waits", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    for (let second = 0; second < 20; second++) {
      assert.ok(await clock.run(isGranted(pace.acquire(never, live, 1))));
      await clock.run(clock.sleep(1_000));
    }
    assert.equal(pace.takeFigures().requests, 20);
  });

  for (const slots of [1, 3]) {
    it(`has a quarter of the slots while others wait for all of them (${slots} at a time)`, async () => {
      const clock = new VirtualClock();
      const pace = createPace(1, clock, random);
      const endsAt = 400_000;
      let others = 0;
      let doubtful = 0;
      const ask = async () => {
        while (clock.monotonic() < endsAt) {
          await pace.acquire(never, live);
          others++;
        }
      };
      const retry = async () => {
        while (clock.monotonic() < endsAt) {
          if (await isGranted(pace.acquire(never, live, slots))) {
            doubtful += slots;
            for (let more = 1; more < slots; more++) {
              await pace.acquire(never, live);
            }
          } else await clock.sleep(100);
        }
      };
      await clock.run(Promise.all([ask(), ask(), ask(), retry(), retry(), retry()]));
      const share = doubtful / (doubtful + others);
      assert.ok(share > 0.2 && share <= 0.25, `${share}`);
    });
  }

  it("does not save up more than one slot of its share", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    for (let n = 0; n < 30; n++) await clock.run(pace.acquire(never, live));
    const retries = [1, 2, 3].map(() => isGranted(pace.acquire(never, live, 1)));
    assert.deepEqual(await clock.run(Promise.all(retries)), [true, false, false]);
  });

  it("owes at most three slots", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    await clock.run(pace.acquire(never, live, 10));
    let others = 0;
    for (let isServed = false; !isServed; others++) {
      await clock.run(pace.acquire(never, live));
      isServed = await clock.run(isGranted(pace.acquire(never, live, 1)));
    }
    // Four slots in thirds: the three that it owes, and the next one.
    assert.ok(others === 12 || others === 13, `${others}`);
  });

  it("has its share again if it did not use its slot, or could not wait for it after all", async () => {
    const retried = async (use: (pace: Pace, clock: VirtualClock) => Promise<unknown>) => {
      const clock = new VirtualClock();
      const pace = createPace(1, clock, random);
      await clock.run(pace.acquire(never, live));
      await clock.run(use(pace, clock));
      await clock.run(pace.acquire(never, live));
      return clock.run(isGranted(pace.acquire(never, live, 3)));
    };
    const used = (pace: Pace) => pace.acquire(never, live, 3);
    assert.ok(!(await retried(used)));
    assert.ok(await retried((pace) => used(pace).then(() => pace.release(3))));
    const ending = new AbortController();
    const left = (pace: Pace, clock: VirtualClock) => {
      const slot = pace.acquire(never, ending.signal, 3);
      void clock.sleep(500).then(() => ending.abort());
      return slot;
    };
    assert.ok(await retried(left));
  });

  it("uses nothing of its share if it is refused", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    await clock.run(clock.sleep(5_000));
    assert.ok(!(await clock.run(isGranted(pace.acquire(4_000, live, 3)))));
    await clock.run(pace.acquire(never, live));
    assert.ok(await clock.run(isGranted(pace.acquire(never, live, 3))));
  });

  it("gains nothing by slots that others release", async () => {
    const clock = new VirtualClock();
    const pace = createPace(1, clock, random);
    await clock.run(pace.acquire(never, live, 1));
    for (let n = 0; n < 9; n++) {
      await clock.run(pace.acquire(never, live));
      pace.release();
    }
    await clock.run(pace.acquire(never, live));
    assert.ok(!(await clock.run(isGranted(pace.acquire(never, live, 1)))));
  });
});
