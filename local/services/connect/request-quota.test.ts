import assert from "node:assert/strict";
import { it } from "node:test";
import { RequestQuota, type RequestQuotaOptions } from "./request-quota.ts";

function quota(options: Partial<RequestQuotaOptions> = {}) {
  const clock = { now: 1_000_000 };
  const limiter = new RequestQuota({ now: () => clock.now, ...options });
  return { clock, take: (operation = "TransferContact") => limiter.tryTake(operation) };
}

/** How many of `count` simultaneous requests are granted. */
function granted(requests: number, take: () => boolean): number {
  return Array.from({ length: requests }, () => take()).filter(Boolean).length;
}

it("five requests at once are granted, then two per second", () => {
  const { clock, take } = quota();
  assert.equal(granted(8, take), 5);
  clock.now += 499;
  assert.equal(take(), false);
  clock.now += 1;
  assert.equal(granted(2, take), 1);
  clock.now += 1000;
  assert.equal(granted(5, take), 2);
});

it("a pause saves up no more than the burst", () => {
  const { clock, take } = quota();
  assert.equal(granted(5, take), 5);
  clock.now += 3_600_000;
  assert.equal(granted(20, take), 5);
});

it("an hour of steady requests at ten times the rate is granted at exactly the rate", () => {
  const { clock, take } = quota();
  let count = 0;
  for (let request = 0; request < 3600 * 20; request++) {
    if (take()) count++;
    clock.now += 50;
  }
  assert.equal(count, 5 + 3600 * 2 - 1);
});

it("a rejected request takes no token", () => {
  const { clock, take } = quota({ requestsPerSecond: 1, burst: 1 });
  assert.equal(granted(100, take), 1);
  clock.now += 1000;
  assert.equal(take(), true);
});

it("each operation has its own quota", () => {
  const { take } = quota();
  assert.equal(
    granted(8, () => take("TransferContact")),
    5,
  );
  assert.equal(
    granted(8, () => take("DescribeContact")),
    5,
  );
});

it("rate and burst can be raised", () => {
  const { clock, take } = quota({ requestsPerSecond: 10, burst: 20 });
  assert.equal(granted(30, take), 20);
  clock.now += 1000;
  assert.equal(granted(30, take), 10);
});

it("a clock that goes backwards grants nothing", () => {
  const { clock, take } = quota();
  granted(5, take);
  clock.now -= 10_000;
  assert.equal(take(), false);
});

for (const options of [
  { requestsPerSecond: 0 },
  { requestsPerSecond: Number.POSITIVE_INFINITY },
  { burst: 0.5 },
  { burst: Number.NaN },
]) {
  it(`${Object.keys(options)} ${Object.values(options)} is rejected`, () => {
    assert.throws(() => quota(options), {
      name: "RangeError",
      message: new RegExp(`^${Object.keys(options)} is `),
    });
  });
}
