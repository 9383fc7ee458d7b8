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

describe("a target that fails", () => {
  const letter = (attributes: object) => [
    deadLetterQueueArn,
    JSON.stringify(firstEvent),
    { RULE_ARN: ruleArn, TARGET_ARN: queueArn, ...attributes },
  ];

  it("is retried with growing delays until it accepts the event", async () => {
    const { eventBridge, deadLetters, sleeps } = makeEventBridge({ deliver: failing(8) });
    eventBridge.putRule(makeRule());
    await eventBridge.putEvents([makeEntry()]);
    await eventBridge.idle();
    assert.deepEqual(sleeps, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    assert.deepEqual(deadLetters, []);
  });

  it("does not receive an event after its retries; the dead-letter queue receives it untransformed", async () => {
    const { eventBridge, deadLetters, dropped } = makeEventBridge({
      deliver: failing(3),
      retryDelayMs: (retryNumber) => retryNumber,
    });
    const retryPolicy = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 60 };
    const input = { kind: "constant", json: "1" } as const;
    eventBridge.putRule(makeRule({ targets: [makeTarget({ retryPolicy, input })] }));
    await eventBridge.putEvents([makeEntry()]);
    await eventBridge.idle();
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
    const { eventBridge, deadLetters } = makeEventBridge({
      deliver: failing(100),
      retryDelayMs: () => 25_000,
    });
    const retryPolicy = { maximumRetryAttempts: 185, maximumEventAgeSeconds: 60 };
    eventBridge.putRule(makeRule({ targets: [makeTarget({ retryPolicy })] }));
    await eventBridge.putEvents([makeEntry()]);
    await eventBridge.idle();
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
    const error = new UndeliverableError("NO_RESOURCE", "there is no such queue");
    const { eventBridge, deadLetters, sleeps } = makeEventBridge({ deliver: failing(100, error) });
    eventBridge.putRule(makeRule());
    await eventBridge.putEvents([makeEntry()]);
    await eventBridge.idle();
    assert.deepEqual(deadLetters, [
      letter({ ERROR_CODE: "NO_RESOURCE", ERROR_MESSAGE: "there is no such queue", RETRY_ATTEMPTS: "0" }),
    ]);
    assert.deepEqual(sleeps, []);
  });

  it("does not receive an event that the transformer cannot turn into JSON, and there is no retry", async () => {
    const { eventBridge, delivered, deadLetters } = makeEventBridge();
    const input = {
      kind: "transformer",
      inputPathsMap: { c: "$.detail" },
      inputTemplate: '{"a":"<c>"}',
    } as const;
    eventBridge.putRule(makeRule({ targets: [makeTarget({ input })] }));
    await eventBridge.putEvents([makeEntry()]);
    await eventBridge.idle();
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
    const error = new UndeliverableError("NO_RESOURCE", "there is no such queue");
    const { eventBridge, dropped } = makeEventBridge({ deliver: failing(1, error) });
    eventBridge.putRule(makeRule({ targets: [makeTarget({ deadLetterQueueArn: undefined })] }));
    await eventBridge.putEvents([makeEntry()]);
    await eventBridge.idle();
    assert.deepEqual(dropped, [{ eventId: "id-1", ruleArn, targetArn: queueArn, error }]);
  });

  it("with a dead-letter queue that fails too loses the event, which is reported", async () => {
    const { eventBridge, dropped } = makeEventBridge({
      deliver: failing(1, new UndeliverableError("NO_RESOURCE", "there is no such queue")),
      sendDeadLetter: failing(1, new Error("nor this one")),
    });
    eventBridge.putRule(makeRule());
    await eventBridge.putEvents([makeEntry()]);
    await eventBridge.idle();
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
