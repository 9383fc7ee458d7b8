import { requestDetailType } from "../events/detail-types.ts";
import type { DroppedDelivery } from "../local/services/eventbridge/deliver-to-target.ts";
import { EventBridge, type EventBridgeOptions } from "../local/services/eventbridge/event-bridge.ts";
import type { Rule, RuleTarget } from "../local/services/eventbridge/rule.ts";

export const startedAt = Date.parse("2026-11-24T10:00:00.789Z");
export const queueArn = "arn:aws:sqs:us-east-1:111122223333:intents";
export const deadLetterQueueArn = "arn:aws:sqs:us-east-1:111122223333:dead";
export const ruleArn = "arn:aws:events:us-east-1:111122223333:rule/transfer";

export const makeEntry = (overrides: object = {}) => ({
  Source: "com.example.orders",
  DetailType: requestDetailType,
  Detail: '{"contactId":"c-1"}',
  ...overrides,
});

export const makeTarget = (overrides: Partial<RuleTarget> = {}): RuleTarget => ({
  id: "queue",
  arn: queueArn,
  input: { kind: "event" },
  retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeSeconds: 86_400 },
  deadLetterQueueArn,
  ...overrides,
});

export const makeRule = (overrides: Partial<Rule> = {}): Rule => ({
  ruleName: "transfer",
  ruleArn,
  eventBusName: "default",
  eventPattern: { "detail-type": [requestDetailType] },
  isEnabled: true,
  targets: [makeTarget()],
  ...overrides,
});

/** The event that the first call of putEvents delivers. */
export const firstEvent = {
  version: "0",
  id: "id-1",
  "detail-type": requestDetailType,
  source: "com.example.orders",
  account: "111122223333",
  time: "2026-11-24T10:00:00Z",
  region: "us-east-1",
  resources: [],
  detail: { contactId: "c-1" },
};

/** An EventBridge whose clock advances only by sleeping, with records of its deliveries and sleeps. */
export function makeEventBridge(options: Partial<EventBridgeOptions> = {}) {
  let nowMs = startedAt;
  let ids = 0;
  const delivered: unknown[][] = [];
  const deadLetters: unknown[][] = [];
  const dropped: DroppedDelivery[] = [];
  const sleeps: number[] = [];
  const eventBridge = new EventBridge({
    region: "us-east-1",
    accountId: "111122223333",
    deliver: async (targetArn, payload, context) => {
      delivered.push([targetArn, payload, context]);
    },
    sendDeadLetter: async (...deadLetter) => {
      deadLetters.push(deadLetter);
    },
    onDropped: (delivery) => dropped.push(delivery),
    now: () => nowMs,
    sleep: async (ms) => {
      sleeps.push(ms);
      nowMs += ms;
    },
    randomUuid: () => `id-${++ids}`,
    ...options,
  });
  return { eventBridge, delivered, deadLetters, dropped, sleeps };
}
