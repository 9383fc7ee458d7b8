import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { retryDelaySeconds, slotDelaySeconds, visibilitySeconds } from "./retry-delays.ts";

const hourMs = 3_600_000;

describe("retryDelaySeconds", () => {
  it("is full jitter from 5 s to 5 s · 2^receiveCount, at most 300 s", () => {
    const ranges = [1, 2, 5, 6, 1000].map((receiveCount) => [
      retryDelaySeconds(receiveCount, () => 0),
      retryDelaySeconds(receiveCount, () => 1),
    ]);
    assert.deepEqual(ranges, [
      [5, 10],
      [5, 20],
      [5, 160],
      [5, 300],
      [5, 300],
    ]);
  });
});

describe("slotDelaySeconds", () => {
  it("ends near the slot, at most 20 s ahead, with up to 5 s of jitter", () => {
    const delays = [-1_000, 0, 7_500, 20_000, 600_000].map((ms) =>
      slotDelaySeconds(1_000_000 + ms, 1_000_000, () => 0),
    );
    assert.deepEqual(delays, [1, 1, 7.5, 20, 20]);
    assert.equal(
      slotDelaySeconds(0, 0, () => 1),
      6,
    );
  });
});

describe("visibilitySeconds", () => {
  it("is the delay in whole seconds, rounded up", () => {
    assert.equal(visibilitySeconds(7.2, 99, 24 * hourMs), 8);
  });

  it("grows from the hundredth receive on, so that the receives last as long as the intent", () => {
    assert.equal(visibilitySeconds(5, 99, 24 * hourMs), 5);
    assert.equal(visibilitySeconds(5, 100, 24 * hourMs), 97);
    assert.equal(visibilitySeconds(300, 100, 24 * hourMs), 300);
    assert.equal(visibilitySeconds(5, 999, 2 * hourMs), 7_200);
    assert.equal(visibilitySeconds(5, 1_500, 2 * hourMs), 7_200);
    assert.equal(visibilitySeconds(5, 500, -1), 5);
  });

  it("makes SQS's 1000 receives, minus a reserve, last until any intent expires, however often it waits", () => {
    for (const ageHours of [1, 24, 144]) {
      let ageLeftMs = ageHours * hourMs;
      let receiveCount = 0;
      while (ageLeftMs > 0) {
        receiveCount += 1;
        ageLeftMs -= visibilitySeconds(5, receiveCount, ageLeftMs) * 1000;
      }
      assert.ok(receiveCount <= 995, `${ageHours} h took ${receiveCount} receives`);
    }
  });

  it("never exceeds SQS's 12 hours after the receive, which was up to 180 s ago", () => {
    assert.equal(visibilitySeconds(5, 1000, 144 * hourMs), 43_200 - 180);
  });
});
