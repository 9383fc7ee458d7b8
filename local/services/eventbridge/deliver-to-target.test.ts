import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UndeliverableError } from "../../../infra/eventbridge/errors.ts";
import {
  deadLetterQueueArn,
  firstEvent,
  makeEntry,
  makeEventBridge,
  makeRule,
  makeTarget,
  queueArn,
  ruleArn,
} from "../../../test/event-bridge.ts";

const failing = (failures: number, error: Error = new Error("queue is gone")) => {
  let calls = 0;
  return async () => {
    if (++calls <= failures) throw error;
  };
};

/** Puts one event that the target receives, and waits until the EventBridge is done with it. */
async function putOne(
  options: Parameters<typeof makeEventBridge>[0],
  target: Parameters<typeof makeTarget>[0] = {},
) {
  const made = makeEventBridge(options);
  made.eventBridge.putRule(makeRule({ targets: [makeTarget(target)] }));
  await made.eventBridge.putEvents([makeEntry()]);
  await made.eventBridge.idle();
  return made;
}

describe("a target that fails", () => {
  const noSuchQueue = new UndeliverableError("NO_RESOURCE", "there is no such queue");
  const letter = (attributes: object) => [
    deadLetterQueueArn,
    JSON.stringify(firstEvent),
    { RULE_ARN: ruleArn, TARGET_ARN: queueArn, ...attributes },
  ];

  it("is retried with growing delays until it accepts the event", async () => {
    const { deadLetters, sleeps } = await putOne({ deliver: failing(8) });
    assert.deepEqual(sleeps, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    assert.deepEqual(deadLetters, []);
  });

  it("does not receive an event after its retries; the dead-letter queue receives it untransformed", async () => {
    const { deadLetters, dropped } = await putOne(
      { deliver: failing(3), retryDelayMs: (retryNumber) => retryNumber },
      {
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeSeconds: 60 },
        input: { kind: "constant", json: "1" },
      },
    );
    assert.deepEqual(deadLetters, [
      letter({
        ERROR_CODE: "ERROR_FROM_TARGET",
        ERROR_MESSAGE: "queue is gone",
        EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
        RETRY_ATTEMPTS: "2",
      }),
    ]);
    assert.deepEqual(dropped, []);
  });

  it("does not receive an event that is too old", async () => {
    const { deadLetters } = await putOne(
      { deliver: failing(100), retryDelayMs: () => 25_000 },
      { retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeSeconds: 60 } },
    );
    assert.deepEqual(deadLetters, [
      letter({
        ERROR_CODE: "ERROR_FROM_TARGET",
        ERROR_MESSAGE: "queue is gone",
        EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds",
        RETRY_ATTEMPTS: "3",
      }),
    ]);
  });

  it("that does not exist is not retried", async () => {
    const { deadLetters, sleeps } = await putOne({ deliver: failing(100, noSuchQueue) });
    assert.deepEqual(deadLetters, [
      letter({ ERROR_CODE: "NO_RESOURCE", ERROR_MESSAGE: "there is no such queue", RETRY_ATTEMPTS: "0" }),
    ]);
    assert.deepEqual(sleeps, []);
  });

  it("does not receive an event that the transformer cannot turn into JSON, and there is no retry", async () => {
    const { delivered, deadLetters } = await putOne(
      {},
      { input: { kind: "transformer", inputPathsMap: { c: "$.detail" }, inputTemplate: '{"a":"<c>"}' } },
    );
    assert.deepEqual(deadLetters, [
      letter({
        ERROR_CODE: "INVALID_JSON",
        ERROR_MESSAGE: "The input transformer does not produce valid JSON from this event",
        RETRY_ATTEMPTS: "0",
      }),
    ]);
    assert.deepEqual(delivered, []);
  });

  it("without a dead-letter queue loses the event, which is reported", async () => {
    const { dropped } = await putOne({ deliver: failing(1, noSuchQueue) }, { deadLetterQueueArn: undefined });
    assert.deepEqual(dropped, [{ eventId: "id-1", ruleArn, targetArn: queueArn, error: noSuchQueue }]);
  });

  it("with a dead-letter queue that fails too loses the event, which is reported", async () => {
    const { dropped } = await putOne({
      deliver: failing(1, noSuchQueue),
      sendDeadLetter: failing(1, new Error("nor this one")),
    });
    assert.deepEqual(dropped, [
      { eventId: "id-1", ruleArn, targetArn: queueArn, error: new Error("nor this one") },
    ]);
  });

  it("receives nothing more once the EventBridge has stopped", async () => {
    const { eventBridge, deadLetters, dropped } = makeEventBridge({
      deliver: failing(Number.POSITIVE_INFINITY),
      sleep: (_ms, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    });
    eventBridge.putRule(makeRule());
    await eventBridge.putEvents([makeEntry()]);
    await eventBridge.stop();
    assert.deepEqual([deadLetters, dropped], [[], []]);
  });
});
