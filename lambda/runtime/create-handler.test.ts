import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import type { Context, SQSEvent } from "aws-lambda";
import { makeEnvelope, makePorts, makeRecord, makeSettings } from "../../test/makers.ts";
import type { Settings } from "../settings.ts";
import { createHandler, timeLeftMs } from "./create-handler.ts";

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
  readonly published: unknown[] = [];

  override publishStoredMetrics() {
    this.published.push(this.serializeMetrics());
    this.clearMetrics();
    return this;
  }
}

/** A handler on calls in memory, with the function's own clock. */
function makeHandler(settings: Partial<Settings> = {}, remainingMs = 30_000) {
  const { ports, seen } = makePorts();
  const metrics = new SilentMetrics({ namespace: "ContactTransfer", serviceName: "contact-transfer" });
  const { transferContact, putEvents, sendDeadLetters, enqueue, changeVisibility } = ports;
  const handler = createHandler({
    settings: makeSettings({ requestsPerSecond: 1_000, ...settings }),
    awsCalls: { transferContact, putEvents, sendDeadLetters, enqueue, changeVisibility },
    logger: new SilentLogger(),
    metrics,
  });
  const given = { ...context, getRemainingTimeInMillis: () => remainingMs };
  return { seen, metrics, handle: (event: unknown) => handler(event, given) };
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

  it("publishes the figures of its pace when its records are done", async () => {
    const { handle, metrics } = makeHandler();
    await handle(batch(makeEnvelope()));
    assert.deepEqual(
      metrics.published.map((document) => {
        const { Requests, ThrottledRequests, PaceAllowed } = document as Record<string, unknown>;
        return [Requests, ThrottledRequests, PaceAllowed];
      }),
      [[1, 0, 1_000]],
    );
  });

  it("starts no request that its remaining time does not suffice for", async () => {
    const { handle, seen } = makeHandler({}, 3_000);
    const event = batch(makeEnvelope());
    assert.deepEqual(await handle(event), {
      batchItemFailures: [{ itemIdentifier: event.Records[0]?.messageId }],
    });
    assert.deepEqual(seen.transfers, []);
  });

  it("has 30 s at most, whatever the remaining time says after a clock was set back", () => {
    const remaining = [3_000, 600_000].map((ms) => timeLeftMs({ getRemainingTimeInMillis: () => ms }));
    assert.deepEqual(remaining, [3_000, 30_000]);
  });

  it("takes an empty batch as a batch, and anything else as an intent, valid or not", async () => {
    const { handle, seen } = makeHandler();
    assert.deepEqual(await handle({ Records: [] }), { batchItemFailures: [] });
    assert.deepEqual(seen.outcomes, []);
    for (const event of [null, { Records: [{ eventSource: "other" }] }])
      assert.equal(await handle(event), undefined);
    assert.equal(seen.deadLetters.length, 2);
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
