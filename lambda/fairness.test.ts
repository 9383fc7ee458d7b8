import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runDeployment } from "../test/models/run-deployment.ts";
import { connectError } from "../test/processor.ts";

const hourMs = 3_600_000;

/** By when most and all of some waits have ended, in seconds. */
function waitsOf(seconds: readonly number[]) {
  const sorted = seconds.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? Number.NaN, longest: sorted.at(-1) ?? Number.NaN };
}

/** A thousand failing intents at once, and a good one every two seconds in the first hour, on the default settings. */
async function besideFailing(detail: Record<string, unknown>, error: Error, untilMs: number) {
  const good = Array.from({ length: Math.min(hourMs, untilMs) / 2_000 }, (_, n) => ({
    atMs: n * 2_000,
    detail: { contactId: `good-${n}` },
  }));
  const failing = Array.from({ length: 1_000 }, (_, n) => ({
    atMs: 0,
    detail: { contactId: `failing-${n}`, ...detail },
  }));
  const { outcomes, requests, deadLetters, movedBySqs, endedAtMs } = await runDeployment({
    intents: [...failing, ...good],
    untilMs,
    transferContact({ ContactId = "" }) {
      if (ContactId.startsWith("failing")) throw error;
      return { ContactId: `moved-${ContactId}` };
    },
  });
  const sentAt = new Map(good.map(({ atMs, detail: { contactId } }) => [contactId, atMs]));
  const waits = outcomes.flatMap(({ atMs, detailType, detail: { request } }) => {
    const from = sentAt.get((request as { contactId: string }).contactId);
    if (from === undefined) return [];
    assert.equal(detailType, "Contact Transfer Succeeded");
    return [(atMs - from) / 1000];
  });
  const failedAtMs = outcomes
    .filter((outcome) => outcome.detailType.endsWith("Failed"))
    .map(({ atMs }) => atMs);
  const failingRequests = [...requests].flatMap(([contact, at]) => (contact.startsWith("failing") ? at : []));
  return { waits, failedAtMs, failingRequests, deadLetters, movedBySqs, endedAtMs };
}

describe("beside a thousand intents that fail, good ones wait for a slot only:", () => {
  it("if Connect denies their flow, which is asked about now and then", async () => {
    const denied = connectError("AccessDeniedException", 403);
    const { waits, failingRequests } = await besideFailing({ contactFlowId: "denied" }, denied, hourMs / 3);
    assert.ok(waits.length >= 599);
    const { median, longest } = waitsOf(waits);
    assert.ok(median <= 1, `median ${median} s`);
    assert.ok(longest <= 15, `longest ${longest} s`);
    assert.ok(failingRequests.length <= 500, `${failingRequests.length} requests for denied ones`);
  });

  it("if their destination is full; all of these fail soon after retryFor, and none before", async () => {
    const full = connectError("ServiceQuotaExceededException", 402);
    const { waits, failedAtMs, ...ended } = await besideFailing({ queueId: "full" }, full, 3 * hourMs);
    assert.equal(waits.length, 1_800);
    const { median, longest } = waitsOf(waits);
    assert.ok(median <= 1, `median ${median} s`);
    assert.ok(longest <= 15, `longest ${longest} s`);
    assert.deepEqual([failedAtMs.length, ended.deadLetters, ended.movedBySqs], [1_000, 1_000, 0]);
    const { longest: last } = waitsOf(failedAtMs);
    assert.ok(Math.min(...failedAtMs) >= hourMs && last <= 1.75 * hourMs, `last after ${last / 60_000} min`);
  });
});
