import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import type { Context, SQSEvent } from "aws-lambda";
import { makeEnvelope, makePorts, makeRecord, makeSettings } from "../../test/makers.ts";
import type { Settings } from "../settings.ts";
import { createHandler } from "./create-handler.ts";

const context = {
  awsRequestId: "invocation-1",
  functionName: "transfers",
  memoryLimitInMB: "256",
  getRemainingTimeInMillis: () => 30_000,
} as Context;

class SilentLogger extends Logger {
  protected override printLog() {}
}

class SilentMetrics extends Metrics {
  override publishStoredMetrics() {
    this.clearMetrics();
    return this;
  }
}

/** A handler on calls in memory, with the function's own clock. */
function makeHandler(settings: Partial<Settings> = {}) {
  const { ports, seen } = makePorts();
  const { transferContact, putEvents, sendDeadLetters, enqueue, changeVisibility } = ports;
  const handler = createHandler({
    settings: makeSettings({ requestsPerSecond: 1_000, ...settings }),
    awsCalls: { transferContact, putEvents, sendDeadLetters, enqueue, changeVisibility },
    logger: new SilentLogger(),
    metrics: new SilentMetrics({ namespace: "ContactTransfer", serviceName: "contact-transfer" }),
  });
  return { seen, handle: (event: unknown) => handler(event, context) };
}

const batch = (...bodies: unknown[]): SQSEvent => ({
  Records: bodies.map((body) => makeRecord(body, { sentAt: Date.now() })),
});

describe("the handler", () => {
  it("asks Connect and publishes what it has answered", async () => {
    const { handle, seen } = makeHandler();
    assert.deepEqual(await handle(batch(makeEnvelope())), { batchItemFailures: [] });
    assert.equal(seen.transfers.length, 1);
    assert.deepEqual(
      seen.outcomes.map(({ detail }) => detail.shadow),
      [undefined],
    );
  });

  it("never asks Connect in shadow mode, and every outcome says so", async () => {
    const { handle, seen } = makeHandler({ isShadow: true });
    assert.deepEqual(await handle(batch(makeEnvelope())), { batchItemFailures: [] });
    await handle(makeEnvelope({}, { id: "event-2" }));
    assert.deepEqual(seen.transfers, []);
    assert.deepEqual(
      seen.outcomes.map(({ detail }) => detail.shadow),
      [true, true],
    );
  });

  it("leaves no timer behind", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const { handle } = makeHandler();
    const before = timers();
    await handle(batch(makeEnvelope()));
    assert.equal(timers(), before);
  });

  it("takes an event without records, and an intent with a member of that name, as an intent", async () => {
    const { handle, seen } = makeHandler();
    assert.equal(await handle(makeEnvelope()), undefined);
    assert.equal(await handle(makeEnvelope({}, { id: "event-2", Records: [] })), undefined);
    assert.equal(
      await handle(makeEnvelope({}, { id: "event-3", Records: [{ eventSource: "other" }] })),
      undefined,
    );
    assert.equal(seen.transfers.length, 3);
  });
});
