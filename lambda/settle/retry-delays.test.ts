import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { retryDelaySeconds, slotDelaySeconds, visibilitySeconds } from "./retry-delays.ts";

const hourMs = 3_600_000;

describe("retryDelaySeconds", () => {
  it("is full jitter from 5 s to 5 s · 2^receiveCount, at most 300 s", () => {
    const ranges = [undefined, 1, 2, 5, 6, 1000].map((receiveCount) => [
      retryDelaySeconds(receiveCount, () => 0),
      retryDelaySeconds(receiveCount, () => 1),
    ]);
    assert.deepEqual(ranges, [
      [5, 10],
      [5, 10],
      [5, 20],
      [5, 160],
      [5, 300],
      [5, 300],
    ]);
  });
});

describe("retryDelaySeconds in an outage of Connect", () => {
  it("is at most 30 s, so that what waits is back soon after the first answer", () => {
    const longest = [1, 2, 3, 1000].map((receiveCount) => retryDelaySeconds(receiveCount, () => 1, "outage"));
    assert.deepEqual(longest, [10, 20, 30, 30]);
    assert.equal(
      retryDelaySeconds(1000, () => 0, "outage"),
      5,
    );
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

const expiresIn = (hours: number) => ({ expiresInMs: hours * hourMs });
const keptFor = (hours: number) => ({ keptForMs: hours * hourMs });

describe("visibilitySeconds", () => {
  it("is the delay in whole seconds, rounded up", () => {
    assert.equal(visibilitySeconds(7.2, 99, expiresIn(24)), 8);
    assert.equal(visibilitySeconds(7.2, 99, keptFor(24)), 8);
    assert.equal(visibilitySeconds(0, 1, keptFor(24)), 0);
  });

  it("grows from the hundredth receive on, so that the receives last as long as the intent", () => {
    assert.equal(visibilitySeconds(5, 99, expiresIn(24)), 5);
    assert.equal(visibilitySeconds(5, 100, expiresIn(24)), 108);
    assert.equal(visibilitySeconds(300, 100, expiresIn(24)), 300);
    assert.equal(visibilitySeconds(5, 999, expiresIn(2)), 7_200);
    assert.equal(visibilitySeconds(5, 1_500, expiresIn(2)), 7_200);
  });

  it("ends when the intent expires, at the latest", () => {
    assert.equal(visibilitySeconds(300, 8, expiresIn(1 / 60)), 60);
    assert.equal(visibilitySeconds(5, 500, expiresIn(-1)), 1);
  });

  it("does not end before the queue drops a message that must be settled", () => {
    assert.equal(visibilitySeconds(300, 8, keptFor(1 / 60)), 300);
    assert.equal(visibilitySeconds(300, 500, keptFor(-1)), 300);
  });

  it("lets 900 of SQS's 1000 receives last until any intent expires, and the others until the message is dropped", () => {
    for (const ageHours of [1, 24, 144]) {
      let leftMs = ageHours * hourMs;
      let receiveCount = 0;
      while (leftMs > 0) leftMs -= visibilitySeconds(5, ++receiveCount, { expiresInMs: leftMs }) * 1000;
      const receivedWhileValid = receiveCount;
      let keptForMs = (13 * 24 - ageHours) * hourMs;
      while (keptForMs > 0) keptForMs -= visibilitySeconds(5, ++receiveCount, { keptForMs }) * 1000;
      assert.ok(receivedWhileValid <= 915, `${ageHours} h took ${receivedWhileValid} receives`);
      assert.ok(receiveCount <= 995, `13 days took ${receiveCount} receives`);
    }
  });

  it("never exceeds SQS's 12 hours after the receive, which was up to 210 s ago", () => {
    assert.equal(visibilitySeconds(5, 1000, expiresIn(144)), 43_200 - 210);
    assert.equal(visibilitySeconds(5, 1000, keptFor(144)), 43_200 - 210);
  });
});
