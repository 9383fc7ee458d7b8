import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConnectApiError } from "../local/services/connect/connect-api-error.ts";
import { TokenSemantics } from "../local/services/connect/world/client-tokens.ts";
import { ConnectWorld } from "../local/services/connect/world/connect-world.ts";
import { runDeployment } from "../test/models/run-deployment.ts";

const minuteMs = 60_000;

/** One intent per second for as long as the bus is out. */
async function outageOf(minutes: number, tokenSemantics: TokenSemantics) {
  const outage = { fromMs: 30_000, untilMs: 30_000 + minutes * minuteMs };
  let now = 0;
  let contacts = 0;
  const world = new ConnectWorld({
    seed: { instances: {} },
    now: () => now,
    newId: () => `moved-${++contacts}`,
    openWorld: true,
    tokenSemantics,
  });
  return runDeployment({
    intents: Array.from({ length: minutes * 60 }, (_, n) => ({
      atMs: n * 1000,
      detail: { contactId: `c${n}` },
    })),
    untilMs: 10 * 60 * minuteMs,
    isBusOut: (sinceMs) => sinceMs >= outage.fromMs && sinceMs < outage.untilMs,
    transferContact(input, sinceMs) {
      now = sinceMs;
      try {
        return world.transferContact(input);
      } catch (error) {
        if (!(error instanceof ConnectApiError)) throw error;
        const $metadata = { httpStatusCode: error.httpStatus };
        throw Object.assign(new Error(error.message), { name: error.name, $metadata });
      }
    },
  });
}

// Simulated before the first suite exists: from then on, node:test follows every promise, and that costs more than they do.
const outages = await Promise.all(
  [
    ...Object.values(TokenSemantics).map((semantics) => ({ minutes: 10, semantics })),
    { minutes: 60, semantics: TokenSemantics["validate-first"] },
    { minutes: 60, semantics: TokenSemantics.conflict },
  ].map(async (outage) => ({ ...outage, ...(await outageOf(outage.minutes, outage.semantics)) })),
);

describe("while EventBridge is out, no moved contact is asked for again, and each is published Succeeded:", () => {
  for (const { minutes, semantics, outcomes, requests, movedBySqs, endedAtMs } of outages) {
    it(`${minutes} minutes, with a Connect of ${semantics}`, () => {
      assert.equal(requests.size, minutes * 60);
      assert.deepEqual(
        [...requests].filter(([, at]) => at.length > 1),
        [],
      );
      assert.equal(outcomes.length, minutes * 60);
      assert.deepEqual(
        new Set(outcomes.map(({ detailType }) => detailType)),
        new Set(["Contact Transfer Succeeded"]),
      );
      assert.equal(movedBySqs, 0);
      assert.ok(endedAtMs < (minutes + 20) * minuteMs, `drained after ${endedAtMs / minuteMs} min`);
    });
  }
});
