import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import {
  DescribeEventBusCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import type { EventBridgeEvent } from "../../../infra/eventbridge/event.ts";
import { type HttpServer, startHttpServer } from "../http-server.ts";
import { ServiceError } from "../service-error.ts";
import { EventBridge } from "./event-bridge.ts";
import { makeEventBridgeHandler } from "./eventbridge-endpoint.ts";
import type { PutEventsFault } from "./put-events-faults.ts";

const ruleArn = "arn:aws:events:us-east-1:111122223333:rule/transfer";
const queueArn = "arn:aws:sqs:us-east-1:111122223333:intents";

const entry = {
  Source: "com.example.orders",
  DetailType: "Contact Transfer Requested",
  Detail: '{"contactId":"c-1"}',
};

const event = {
  id: "1",
  account: "111122223333",
  source: "com.example.orders",
  time: "2026-11-24T10:00:00Z",
  region: "us-east-1",
  resources: [],
  "detail-type": "Contact Transfer Requested",
  detail: { contactId: "c-1" },
};

describe("the EventBridge endpoint", () => {
  const seen: EventBridgeEvent[] = [];
  let fault: PutEventsFault | undefined;
  const eventBridge = new EventBridge({
    region: "us-east-1",
    accountId: "111122223333",
    deliver: async () => {},
    sendDeadLetter: async () => {},
    onDropped: () => {},
    now: () => Date.parse("2026-11-24T10:00:00Z"),
    sleep: async () => {},
    randomUuid: randomUUID,
    faults: () => fault,
  });
  let server: HttpServer;
  let client: EventBridgeClient;

  before(async () => {
    eventBridge.onEvent((taken) => seen.push(taken));
    eventBridge.putRule({
      ruleName: "transfer",
      ruleArn,
      eventBusName: "default",
      eventPattern: { "detail-type": ["Contact Transfer Requested"] },
      isEnabled: true,
      targets: [
        {
          id: "queue",
          arn: queueArn,
          input: { kind: "transformer", inputPathsMap: { id: "$.id" }, inputTemplate: '{"id":<id>}' },
          retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeSeconds: 60 },
          deadLetterQueueArn: `${queueArn}-dead`,
        },
        {
          id: "function",
          arn: "arn:aws:lambda:us-east-1:111122223333:function:f",
          input: { kind: "event" },
          retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeSeconds: 86_400 },
        },
      ],
    });
    server = await startHttpServer(makeEventBridgeHandler(eventBridge));
    client = new EventBridgeClient({
      endpoint: server.url,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
  });

  after(async () => {
    client.destroy();
    await server.close();
    await eventBridge.stop();
  });

  it("PutEvents accepts events from the SDK, dates included", async () => {
    seen.length = 0;
    const Time = new Date("2026-01-02T03:04:05Z");
    const { FailedEntryCount, Entries } = await client.send(
      new PutEventsCommand({ Entries: [{ ...entry, Time, Resources: ["arn:x"] }, { Source: "x" }] }),
    );
    assert.equal(FailedEntryCount, 1);
    assert.deepEqual(Entries, [
      { EventId: seen[0]?.id },
      {
        ErrorCode: "InvalidArgument",
        ErrorMessage: "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
      },
    ]);
    assert.deepEqual(
      seen.map(({ time, resources, detail }) => ({ time, resources, detail })),
      [{ time: "2026-01-02T03:04:05Z", resources: ["arn:x"], detail: { contactId: "c-1" } }],
    );
  });

  it("PutEvents over its limits is a ValidationException of status 400", async () => {
    const error = await client
      .send(new PutEventsCommand({ Entries: Array(11).fill(entry) }))
      .catch((thrown) => thrown);
    assert.deepEqual(
      [error.name, error.message, error.$metadata.httpStatusCode],
      [
        "ValidationException",
        "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10",
        400,
      ],
    );
  });

  it("PutEvents with an error fault returns the error's status", async () => {
    fault = { kind: "error", error: new ServiceError("InternalException", "broken", 500) };
    const error = await client.send(new PutEventsCommand({ Entries: [entry] })).catch((thrown) => thrown);
    fault = undefined;
    assert.deepEqual([error.name, error.$metadata.httpStatusCode], ["InternalException", 500]);
  });

  it("PutEvents with a hang fault receives no response, but other calls do", async () => {
    fault = { kind: "hang" };
    const giveUp = new AbortController();
    const call = client.send(new PutEventsCommand({ Entries: [entry] }), { abortSignal: giveUp.signal });
    const answer = call.then(
      () => "answered",
      (error: Error) => error.name,
    );
    await client.send(new DescribeEventBusCommand({}));
    giveUp.abort();
    assert.equal(await answer, "AbortError");
    fault = undefined;
  });

  it("TestEventPattern returns whether an event matches", async () => {
    const result = async (EventPattern: object) =>
      (
        await client.send(
          new TestEventPatternCommand({
            EventPattern: JSON.stringify(EventPattern),
            Event: JSON.stringify(event),
          }),
        )
      ).Result;
    assert.equal(await result({ detail: { contactId: [{ prefix: "c-" }] } }), true);
    assert.equal(await result({ detail: { contactId: ["x"] } }), false);
  });

  it("TestEventPattern rejects an invalid pattern with its own exception", async () => {
    const error = await client
      .send(new TestEventPatternCommand({ EventPattern: '{"source":[]}', Event: JSON.stringify(event) }))
      .catch((thrown) => thrown);
    assert.ok(error instanceof InvalidEventPatternException);
    assert.equal(
      error.message,
      "Event pattern is not valid. Reason: Empty arrays are not allowed (at source)",
    );
    assert.equal(error.$metadata.httpStatusCode, 400);
  });

  for (const [name, Event, message] of [
    ["text", "no JSON", "Parameter Event is not valid."],
    [
      "event without its members",
      '{"source":"x"}',
      "Parameter Event is not valid. Reason: id, account, time, region, detail-type missing.",
    ],
  ] as const) {
    it(`TestEventPattern rejects ${name}`, () =>
      assert.rejects(client.send(new TestEventPatternCommand({ EventPattern: '{"source":["x"]}', Event })), {
        name: "ValidationException",
        message,
      }));
  }

  it("DescribeEventBus returns the default bus", async () => {
    const { Name, Arn } = await client.send(new DescribeEventBusCommand({}));
    assert.deepEqual([Name, Arn], ["default", "arn:aws:events:us-east-1:111122223333:event-bus/default"]);
    await assert.rejects(client.send(new DescribeEventBusCommand({ Name: "x" })), {
      name: "ResourceNotFoundException",
      message: "Event bus x does not exist.",
    });
  });

  it("ListRules lists the rules whose names begin with the prefix", async () => {
    const { Rules } = await client.send(new ListRulesCommand({ NamePrefix: "trans" }));
    assert.deepEqual(Rules, [
      {
        Name: "transfer",
        Arn: ruleArn,
        EventPattern: '{"detail-type":["Contact Transfer Requested"]}',
        State: "ENABLED",
        EventBusName: "default",
      },
    ]);
    assert.deepEqual((await client.send(new ListRulesCommand({ NamePrefix: "x" }))).Rules, []);
  });

  it("ListTargetsByRule lists targets with their settings", async () => {
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: "transfer" }));
    assert.deepEqual(Targets, [
      {
        Id: "queue",
        Arn: queueArn,
        InputTransformer: { InputPathsMap: { id: "$.id" }, InputTemplate: '{"id":<id>}' },
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: `${queueArn}-dead` },
      },
      {
        Id: "function",
        Arn: "arn:aws:lambda:us-east-1:111122223333:function:f",
        RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
      },
    ]);
  });

  it("an unsupported operation is named, along with the supported ones", () =>
    assert.rejects(client.send(new PutRuleCommand({ Name: "x" })), {
      name: "UnknownOperationException",
      message:
        "The local EventBridge does not support PutRule, only PutEvents, TestEventPattern, DescribeEventBus, ListRules, DescribeRule, ListTargetsByRule.",
    }));

  for (const [name, target, body, answer] of [
    [
      "a request of another service",
      "AWSStepFunctions.PutEvents",
      "{}",
      {
        __type: "UnknownOperationException",
        message:
          "The local EventBridge does not support AWSStepFunctions.PutEvents, only PutEvents, TestEventPattern, DescribeEventBus, ListRules, DescribeRule, ListTargetsByRule.",
      },
    ],
    [
      "a body that is not JSON",
      "AWSEvents.PutEvents",
      "{",
      { __type: "SerializationException", message: "The request's body is not JSON." },
    ],
    [
      "an entry that is no object",
      "AWSEvents.PutEvents",
      '{"Entries":[1]}',
      { __type: "SerializationException", message: "Entries[0] is not an object." },
    ],
    [
      "a member of the wrong type",
      "AWSEvents.PutEvents",
      '{"Entries":[{"Source":1}]}',
      { __type: "SerializationException", message: "Source is not a string." },
    ],
    [
      "a time that is a text",
      "AWSEvents.PutEvents",
      '{"Entries":[{"Time":"2026-11-24"}]}',
      { __type: "SerializationException", message: "Time is not a number of seconds since 1970." },
    ],
    [
      "a required member that is missing",
      "AWSEvents.ListTargetsByRule",
      "{}",
      {
        __type: "ValidationException",
        message:
          "1 validation error detected: Value at 'Rule' failed to satisfy constraint: Member must not be null",
      },
    ],
  ] as const) {
    it(`${name} is rejected`, async () => {
      const response = await fetch(server.url, {
        method: "POST",
        headers: { "x-amz-target": target, "content-type": "application/x-amz-json-1.1" },
        body,
      });
      assert.deepEqual([response.status, await response.json()], [400, answer]);
    });
  }
});
