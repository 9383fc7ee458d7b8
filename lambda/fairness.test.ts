import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runDeployment } from "../test/models/run-deployment.ts";
import { connectError } from "../test/processor.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** By when most and all of some waits have ended, in seconds. */
function waitsOf(seconds: readonly number[]) {
  const sorted = seconds.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? Number.NaN, longest: sorted.at(-1) ?? Number.NaN };
}

/** A thousand failing intents at once, and a good one every two seconds in the first hour, on the default settings. */
async function besideFailing(
  detailOf: (n: number) => Record<string, unknown>,
  error: Error,
  untilMs: number,
) {
  const good = Array.from({ length: Math.min(hourMs, untilMs) / 2_000 }, (_, n) => ({
    atMs: n * 2_000,
    detail: { contactId: `good-${n}` },
  }));
  const failing = Array.from({ length: 1_000 }, (_, n) => ({
    atMs: 0,
    detail: { contactId: `failing-${n}`, ...detailOf(n) },
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

const down = connectError("ServiceUnavailableException", 503);
const intents = Array.from({ length: 1_000 }, (_, n) => ({
  atMs: 0,
  detail: { contactId: `contact-${n}` },
}));

/** Connect is down for some minutes from the first on. */
const during = (minutes: number, untilMs: number) =>
  runDeployment({
    intents,
    untilMs,
    settings: { requestsPerSecond: 5 },
    transferContact({ ContactId }, sinceMs) {
      if (sinceMs >= minuteMs / 2 && sinceMs < (minutes + 0.5) * minuteMs) throw down;
      return { ContactId: `moved-${ContactId}` };
    },
  });

// All are simulated before the first suite exists: from then on, node:test follows every promise, and that costs more than they do.
const besideDenied = await besideFailing(
  () => ({ contactFlowId: "denied" }),
  connectError("AccessDeniedException", 403),
  hourMs / 3,
);
const besideFull = await besideFailing(
  () => ({ queueId: "full" }),
  connectError("ServiceQuotaExceededException", 402),
  3 * hourMs,
);
const besideUnanswered = await Promise.all(
  [1, 4].map(async (flows) => {
    const error = connectError("InternalServiceException", 500);
    const detailOf = (n: number) => ({ contactFlowId: `broken-${n % flows}` });
    return { flows, ...(await besideFailing(detailOf, error, hourMs / 3)) };
  }),
);
const shortOutage = await during(10, hourMs);
const longOutage = await during(120, 2.5 * hourMs);

describe("beside a thousand intents that fail, good ones wait for a slot only:", () => {
  it("if Connect denies their flow, which is asked about now and then", () => {
    const { waits, failingRequests } = besideDenied;
    assert.ok(waits.length >= 599);
    const { median, longest } = waitsOf(waits);
    assert.ok(median <= 1, `median ${median} s`);
    assert.ok(longest <= 15, `longest ${longest} s`);
    assert.ok(failingRequests.length <= 500, `${failingRequests.length} requests for denied ones`);
  });

  it("if their destination is full; all of these fail soon after retryFor, and none before", () => {
    const { waits, failedAtMs, ...ended } = besideFull;
    assert.equal(waits.length, 1_800);
    const { median, longest } = waitsOf(waits);
    assert.ok(median <= 1, `median ${median} s`);
    assert.ok(longest <= 15, `longest ${longest} s`);
    assert.deepEqual([failedAtMs.length, ended.deadLetters, ended.movedBySqs], [1_000, 1_000, 0]);
    const { longest: last } = waitsOf(failedAtMs);
    assert.ok(Math.min(...failedAtMs) >= hourMs && last <= 1.75 * hourMs, `last after ${last / 60_000} min`);
  });

  for (const { flows, waits } of besideUnanswered) {
    it(`if Connect does not answer for ${flows === 1 ? "their flow" : `their ${flows} flows`}`, () => {
      assert.ok(waits.length >= 590, `${waits.length} of 600`);
      const { median, longest } = waitsOf(waits);
      assert.ok(median <= 1, `median ${median} s`);
      assert.ok(longest <= 35, `longest ${longest} s`);
    });
  }
});

describe("an outage of Connect, with a thousand intents waiting,", () => {
  it("is asked about every few seconds; its end serves all of them at the pace", () => {
    const { outcomes, requests, endedAtMs, deadLetters } = shortOutage;
    assert.equal(
      outcomes.filter(({ detailType }) => detailType === "Contact Transfer Succeeded").length,
      1_000,
    );
    assert.equal(deadLetters, 0);
    const all = [...requests.values()].flat();
    const isDown = (atMs: number) => atMs >= minuteMs / 2 && atMs < 10.5 * minuteMs;
    const inOutage = all.filter(isDown).length;
    assert.ok(inOutage >= 100 && inOutage <= 300, `${inOutage} requests in the outage`);
    const upAgainAt = Math.min(...all.filter((atMs) => atMs >= 10.5 * minuteMs));
    const left = outcomes.filter(({ atMs }) => atMs >= upAgainAt).length;
    const share = left / 10 / ((endedAtMs - upAgainAt) / 1_000);
    assert.ok(share >= 0.9, `${(share * 100).toFixed(1)} % of the pace after the first answer`);
  });

  it("fails none before retryFor, and all that are left soon after it", () => {
    const { outcomes, movedBySqs } = longOutage;
    assert.equal(outcomes.length, 1_000);
    assert.equal(movedBySqs, 0);
    const failedAtMs = outcomes.flatMap(({ detailType, atMs }) =>
      detailType.endsWith("Failed") ? [atMs] : [],
    );
    assert.ok(failedAtMs.length > 600);
    const { longest } = waitsOf(failedAtMs);
    assert.ok(
      Math.min(...failedAtMs) >= hourMs && longest <= 1.5 * hourMs,
      `last after ${longest / 60_000} min`,
    );
  });
});
