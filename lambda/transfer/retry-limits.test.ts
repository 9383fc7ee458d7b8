import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeRecord } from "../../test/makers.ts";
import { fromEvent, fromSqsRecord } from "../intake/record.ts";
import { failsPermanently, maxFailedRequests } from "./retry-limits.ts";

const retryForMs = 1_000;
const now = 10_000;
const received = (receiveCount: number, agoMs: number) =>
  fromSqsRecord(makeRecord({}, { receiveCount, firstReceivedAt: now - agoMs }));

describe("retries end", () => {
  for (const [name, record, failedRequests, expected] of [
    ["after retryFor, three receives and three failed requests", received(3, 1_000), 3, true],
    ["not before retryFor", received(3, 999), 3, false],
    ["not before the third receive", received(2, 1_000), 3, false],
    ["not before the third failed request", received(3, 1_000), 2, false],
    ["never for an event, which has no receives", fromEvent({}), 3, false],
  ] as const) {
    it(name, () => assert.equal(failsPermanently(record, failedRequests, retryForMs, now), expected));
  }

  it("so a delivery makes one request, or three if they can end its retries", () => {
    assert.equal(maxFailedRequests(received(3, 999), retryForMs, now), 1);
    assert.equal(maxFailedRequests(received(3, 1_000), retryForMs, now), 3);
  });
});
